/**
 * Tokens of uploads that cannot be gone on with: nobody was asked to remember one.
 *
 * @module
 */

const PASSING = "passing-";

/** A token for an upload that has none: what is staged under it is of no use to a later server. */
export function passingToken(): string {
  return PASSING + crypto.randomUUID();
}

/**
 * Whether a token is one of these.
 *
 * @example
 * ```ts
 * import { isPassing, passingToken } from "./ephemeral_token.ts";
 *
 * if (!isPassing(passingToken()) || isPassing(crypto.randomUUID())) throw new Error();
 * ```
 */
export function isPassing(token: string): boolean {
  return token.startsWith(PASSING);
}
