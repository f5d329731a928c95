/**
 * `deno task release OWNER/REPOSITORY [TAG]`: writes the files of a release to `dist/release/`, from
 * the executables of `deno task compile --all` and the pages of `deno task man`.
 *
 * @module
 */

import { promisify } from "node:util";
import { REPOSITORY } from "../../testing/repository.ts";
import { gzip } from "node:zlib";
import { VERSION } from "../../lib/base/version.ts";
import { digestList, sha256 } from "../compile/digests.ts";
import { writeTar } from "../compile/tar.ts";
import { PROGRAMS, TARGETS } from "../compile/targets.ts";
import { fill } from "../compile/fill.ts";
import { basename, join } from "node:path";
import { filesBelow } from "../../testing/files/same_files.ts";
import { releaseNotes } from "./notes.ts";
import { type Lock, sbom, type UsedPackage } from "./sbom.ts";

const DIST = join(REPOSITORY, "dist");
const TEMPLATES = ["install.sh", "homebrew/ft.rb", "scoop/ft.json"];

/** Returns the names of all executables of a release. */
function executables(): string[] {
  return TARGETS.flatMap(({ name, suffix }) =>
    Object.keys(PROGRAMS).map((program) => `${program}-${name}${suffix}`)
  );
}

async function packShare(): Promise<Uint8Array> {
  const names = (await filesBelow(join(DIST, "share"))).filter((name) => !name.endsWith("/"));
  const files = names.map(async (name) => ({
    name,
    bytes: await Deno.readFile(join(DIST, "share", name)),
    executable: false,
  }));
  return await promisify(gzip)(writeTar(await Promise.all(files)), { level: 9 });
}

async function usedPackages(): Promise<UsedPackage[]> {
  const used: UsedPackage[] = [];
  for (const entry of Object.values(PROGRAMS)) {
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", join(REPOSITORY, `${entry}.ts`)],
      stderr: "inherit",
    }).output();
    if (!success) throw new Error(`deno info ${entry}.ts failed`);
    const { npmPackages } = JSON.parse(new TextDecoder().decode(stdout));
    used.push(...Object.values<UsedPackage>(npmPackages ?? {}));
  }
  return used;
}

async function main([repository, tag = `v${VERSION}`]: readonly string[]): Promise<void> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? "")) {
    throw new Error("Usage: deno task release OWNER/REPOSITORY [TAG]");
  }
  if (tag !== `v${VERSION}`) throw new Error(`The tag is ${tag}, but the version is ${VERSION}`);
  const read = (name: string) => Deno.readTextFile(join(REPOSITORY, name));
  const notes = releaseNotes(await read("CHANGELOG.md"), VERSION);
  const out = join(DIST, "release");
  await Deno.mkdir(out, { recursive: true });

  const files = new Map<string, Uint8Array>([["ft-share.tar.gz", await packShare()]]);
  for (const name of executables()) files.set(name, await Deno.readFile(join(DIST, name)));
  const lock: Lock = JSON.parse(await read("deno.lock"));
  const facts = { version: VERSION, deno: Deno.version.deno, packages: await usedPackages(), lock };
  files.set("sbom.cdx.json", new TextEncoder().encode(sbom(facts)));

  const words = (word: string) => {
    if (word === "VERSION") return VERSION;
    if (word === "REPOSITORY") return repository;
    const bytes = files.get(word.replace(/^SHA256:/, ""));
    return bytes && sha256(bytes);
  };
  for (const template of TEMPLATES) {
    const text = fill(await read(`packaging/${template}`), words);
    files.set(basename(template), new TextEncoder().encode(text));
  }
  for (const [name, bytes] of files) await Deno.writeFile(join(out, name), bytes);
  await Deno.writeTextFile(join(out, "SHA256SUMS"), digestList(files));
  await Deno.writeTextFile(join(DIST, "NOTES.md"), notes);
  console.log(`dist/release: ${[...files.keys(), "SHA256SUMS"].join(", ")}`);
}

try {
  await main(Deno.args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
