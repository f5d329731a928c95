/**
 * Who a client is without a login: a secret of its own, made once. With it an upload is resumed by
 * a later run, and a lease is the same client's.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import { writeAtomically } from "../../base/atomic_write.ts";
import { codeOf } from "../../base/os_errors.ts";

const FORM = /^[A-Za-z0-9_-]{43}$/;
const FILE = "identity";

/**
 * Reads the secret, making it when there is none. Where it cannot be kept, it is another each time.
 *
 * @param dir The folder it is kept in; absent where there is no home.
 * @returns 43 letters, digits, `-` and `_`.
 */
export function openClientIdentity(dir: string | undefined): string {
  const fresh = randomBytes(32).toString("base64url");
  if (dir === undefined) return fresh;
  try {
    return readSecret(dir) ?? keepSecret(dir, fresh);
  } catch {
    return fresh;
  }
}

function readSecret(dir: string): string | null {
  try {
    const text = Deno.readTextFileSync(`${dir}/${FILE}`).trim();
    return FORM.test(text) ? text : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Keeps a secret; of two programs that make one at once both use the first. */
function keepSecret(dir: string, secret: string): string {
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
 * What one server is told of the secret: the same each time, and of no use at another host.
 *
 * @example
 * ```ts
 * import { identityFor, openClientIdentity } from "./client_identity.ts";
 *
 * const secret = openClientIdentity(undefined);
 * if (identityFor(secret, "a") === identityFor(secret, "b")) throw new Error();
 * ```
 */
export function identityFor(secret: string, hostname: string): string {
  return createHash("sha256").update(`${secret}\n${hostname}`).digest("base64url");
}
