/**
 * A change by which content loses its name, as the version that is kept of it knows it.
 *
 * @module
 */

/** A change of the content of a name. */
export interface Change {
  /** By whom. @default it is not known */
  readonly by?: string | undefined;
  /** The root of the new content: content that stays the same is not kept. @default not known */
  readonly root?: string | (() => string | undefined) | undefined;
  /** Whether the old content does not match its recorded digests. @default {false} */
  readonly damaged?: boolean | undefined;
}
