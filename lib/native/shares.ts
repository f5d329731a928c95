/**
 * Shares: files and folders that users share by links.
 *
 * @module
 */

/** A file or folder that a user shares. */
export interface ShareFacts {
  /** Identifies it in lists; no secret. */
  readonly id: string;
  /** The shared path, with everything below. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Whether it ends with the login that makes the first complete download. */
  readonly once: boolean;
  /** Whether it permits uploads. */
  readonly write: boolean;
}

/** A share in a list. */
export interface Share extends ShareFacts {
  /** The login that made it. */
  readonly by: string;
}

/** The result of sharing a name. */
export interface SharedName {
  /** The shared path. */
  readonly path: string;
  /** Whether it is a folder. */
  readonly folder: boolean;
  /** Whether clients without a login may read it as well. */
  readonly public: boolean;
  /** The share, with the token that logs in, a secret. @default everybody has its rights */
  readonly made?: (ShareFacts & { readonly token: string }) | undefined;
}
