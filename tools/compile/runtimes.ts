/**
 * Gets the Deno runtime for a target: this machine's own, or that of the npm package.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { hostTarget, type Target } from "./targets.ts";
import { readTar } from "./tar.ts";

/** The target's runtime is not available. */
export class NoRuntime extends Error {}

/**
 * Reads the `deno` executable for a target.
 *
 * @throws {NoRuntime} If the npm registry does not have it, or its digest does not match.
 */
export async function readRuntime(target: Target): Promise<Uint8Array> {
  if (target === hostTarget()) return await Deno.readFile(Deno.execPath());
  const { tarball, integrity } = await lookUp(target.npmPackage);
  const packed = new Uint8Array(await (await get(tarball)).arrayBuffer());
  const digest = `sha512-${createHash("sha512").update(packed).digest("base64")}`;
  if (digest !== integrity) {
    throw new NoRuntime(`${tarball} does not match the digest of the registry`);
  }
  for (const file of readTar(await promisify(gunzip)(packed))) {
    if (/^package\/(bin\/)?deno(\.exe)?$/.test(file.name)) return file.bytes;
  }
  throw new NoRuntime(`${tarball} does not contain deno`);
}

interface Dist {
  readonly tarball: string;
  readonly integrity: string;
}

async function lookUp(npmPackage: string): Promise<Dist> {
  const registry = Deno.env.get("NPM_CONFIG_REGISTRY") ?? Deno.env.get("npm_config_registry") ??
    "https://registry.npmjs.org";
  const url = `${registry.replace(/\/$/, "")}/${npmPackage}/${Deno.version.deno}`;
  return (await (await get(url)).json()).dist;
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause) => {
    throw new NoRuntime(`cannot reach ${new URL(url).host}`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new NoRuntime(`${url} answers ${response.status}`);
}
