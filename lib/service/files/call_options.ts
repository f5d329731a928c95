/**
 * Options of the calls of a file service.
 *
 * @module
 */

/** Options of every call. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/**
 * Receives an entry that a listing leaves out: a link, a pipe, a name that cannot be carried, a folder
 * that cannot be read.
 *
 * @param path As well as it can be written; it may be impossible to request.
 * @param error The reason, as an `FtError` with that path as its subject.
 */
export type OnLeftOut = (path: string, error: Error) => void;

/** Options of `Files.list`. */
export interface ListOptions extends CallOptions {
  /** Whether everything below the folder is listed, too. @default {false} */
  readonly recursive?: boolean;
  /** Whether files have their root, where it is known without reading them. @default {false} */
  readonly roots?: boolean;
  /** Whether only paths and types are needed, so that the rest is 0 or empty. @default {false} */
  readonly namesOnly?: boolean;
  /** Receives entries that are left out, at the latest when the listing ends. @default none */
  readonly onLeftOut?: OnLeftOut;
}

/** Options of `Files.move`. */
export interface MoveOptions extends CallOptions {
  /**
   * Whether a file takes the place of an existing file, in one step. It needs permission to remove
   * that. A service on another machine may not offer it (`protocol`). @default {false}
   */
  readonly replace?: boolean | undefined;
}

/** Options of `Files.remove`. */
export interface RemoveOptions extends CallOptions {
  /** Whether everything below a folder is removed, too. @default {false} */
  readonly recursive?: boolean | undefined;
  /**
   * The version that is meant, which is empty for a folder; what has another one stays (`conflict`).
   *
   * @default any
   */
  readonly revision?: string | undefined;
}

/** Options of a call that may read only the beginning of a file. */
export interface PartOptions extends CallOptions {
  /** Where the file ends at the latest; it may grow meanwhile. @default where it ends */
  readonly bytes?: number | undefined;
}

/** Options of a call that needs digests. */
export interface FreshOptions extends CallOptions {
  /** Whether remembered digests are not used, and the content is read again. @default {false} */
  readonly fresh?: boolean | undefined;
}

/** Options of calls that move content. */
export interface CompressOptions extends CallOptions {
  /** Whether content is compressed on the network. @default {false} */
  readonly compress?: boolean;
}

/** Options of `Files.read`. */
export interface ReadOptions extends PartOptions, CompressOptions {
  /** The content that is meant. @default the present content */
  readonly revision?: string;
  /** The version that is read. @default the file itself */
  readonly rev?: number | undefined;
  /** Whether the client asked for a part, whose end completes no download. @default {false} */
  readonly partial?: boolean;
  /**
   * Whether content is compared with its known digests, for a reader without them; what was compared
   * once is compared with its checksum from then on. @default {false}
   */
  readonly verify?: boolean;
  /** Names the transfer that this read is a part of. @default the read is a transfer */
  readonly transfer?: string | undefined;
  /** Returns the block before which the read ends; it may fall meanwhile. @default none */
  readonly upTo?: () => number;
}
