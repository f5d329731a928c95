/**
 * Options of HTTP access.
 *
 * @module
 */

/** Options of HTTP access. */
export interface WebOptions {
  /** Origins of other pages that may use this site, such as `https://example.org`. @default none */
  readonly origins?: readonly string[];
  /**
   * Names of this machine that clients may address over plaintext, besides its addresses and those
   * that are known. @default none
   */
  readonly hosts?: readonly string[];
}
