/**
 * The identity of a client without a login: a secret that is created once. It lets a later run
 * resume an upload, and renew or release a lease.
 *
 * @module
 */

import { writeAtomically } from "../../base/atomic_write.ts";
import { codeOf } from "../../base/os_errors.ts";
import { canonicalHost } from "../../net/address.ts";
import type { Endpoint } from "../remote/endpoint.ts";

const VALID = /^[A-Za-z0-9_-]{43}$/;
const FILE = "identity";

/**
 * Reads the secret, or creates it. If it cannot be stored, every run gets a new one.
 *
 * @param dir The folder of the file; undefined without a home folder.
 * @returns 43 letters, digits, `-` and `_`.
 */
export function openClientIdentity(dir: string | undefined): string {
  const fresh = base64url(crypto.getRandomValues(new Uint8Array(32)));
  if (dir === undefined) return fresh;
  try {
    return readSecret(dir) ?? storeSecret(dir, fresh);
  } catch {
    return fresh;
  }
}

function readSecret(dir: string): string | null {
  try {
    const text = Deno.readTextFileSync(`${dir}/${FILE}`).trim();
    return VALID.test(text) ? text : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Stores a secret. When two programs create one at the same time, both use the first. */
function storeSecret(dir: string, secret: string): string {
  Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const write = (replace: boolean) =>
    writeAtomically(`${dir}/${FILE}`, `${secret}\n`, { replace, mode: 0o600 });
  try {
    write(false);
    return secret;
  } catch (error) {
    if (codeOf(error) !== "conflict") throw error;
    const first = readSecret(dir);
    if (first !== null) return first;
    // The file exists but is invalid.
    write(true);
    return secret;
  }
}

/**
 * Derives the identity to send to a server: always the same for a host, and useless at any other.
 *
 * @example
 * ```ts
 * import { identityFor, openClientIdentity } from "./client_identity.ts";
 *
 * const secret = openClientIdentity(undefined);
 * if (await identityFor(secret, "a") === await identityFor(secret, "b")) throw new Error();
 * ```
 */
export async function identityFor(secret: string, hostname: string): Promise<string> {
  const text = new TextEncoder().encode(`${secret}\n${hostname}`);
  // Unlike node:crypto, this is there from the start, which a short command notices.
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
}

/**
 * Derives the identity to send to the servers of a cluster: the same for each of them, so that one can
 * continue the upload that another began.
 */
export async function clusterIdentity(
  secret: string,
  servers: readonly Endpoint[],
): Promise<string> {
  const hosts = new Set(servers.map(({ hostname }) => canonicalHost(hostname)));
  return await identityFor(secret, [...hosts].sort().join(","));
}

function base64url(bytes: Uint8Array<ArrayBuffer>): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
