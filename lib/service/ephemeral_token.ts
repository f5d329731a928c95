/**
 * Tokens of ephemeral uploads, which no client can resume.
 *
 * @module
 */

/** Names staged files on disk, so it stays as earlier versions wrote it. */
const PREFIX = "passing-";

/** A token for an upload that has none. Its staged blocks are discarded by the next start. */
export function ephemeralToken(): string {
  return PREFIX + crypto.randomUUID();
}

/**
 * Whether {@linkcode ephemeralToken} made a token.
 *
 * @example
 * ```ts
 * import { ephemeralToken, isEphemeral } from "./ephemeral_token.ts";
 *
 * if (!isEphemeral(ephemeralToken()) || isEphemeral(crypto.randomUUID())) throw new Error();
 * ```
 */
export function isEphemeral(token: string): boolean {
  return token.startsWith(PREFIX);
}
