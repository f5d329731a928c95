/**
 * A file on its way to the server.
 *
 * @module
 */

/** A file that is there already under the name of an upload, as the user was shown it. */
export interface Seen {
  readonly type: "file" | "dir";
  readonly bytes: number;
  /** The time of its last change, in ISO 8601. */
  readonly mtime: string;
}

/**
 * The fate of a file that has the name already: none may be there, it gets replaced as long as it is
 * the one that the user was shown, or the upload gets another name.
 */
export type Existing = "refuse" | "rename" | { readonly replace: Seen };

/**
 * The state of an upload:
 *
 * - `waiting`: for its turn
 * - `checking`: what the server has is compared with the file
 * - `sending`
 * - `offline`: for the server, and tried again by itself
 * - `paused`: for the user
 * - `asking`: for an answer about the file that is there
 * - `lost`: for the file, which the browser does not have any more
 * - `failed`: for the user, who can try again
 * - `done`
 */
export type ItemState =
  | "waiting"
  | "checking"
  | "sending"
  | "offline"
  | "paused"
  | "asking"
  | "lost"
  | "failed"
  | "done";

/** An upload. */
export interface Item {
  readonly id: string;
  /** The path of the root: `/files/`, or `/s/TOKEN/` of a share link. */
  readonly base: string;
  /** The path below the root, such as `photos/beach.jpg`. */
  readonly path: string;
  readonly bytes: number;
  /** In milliseconds since 1970. */
  readonly lastModified: number;
  readonly existing: Existing;
  readonly state: ItemState;
  /** The number of bytes that the server has. */
  readonly sent: number;
  /** The URL of the upload. @default it is not created yet */
  readonly url?: string | undefined;
  /** The user whose upload it is. */
  readonly user?: string | undefined;
  /** The file that has its name, about which the user is asked. */
  readonly taken?: Seen | undefined;
  readonly error?: unknown;
}

/** A change of an upload. */
export type ItemChange = Partial<Omit<Item, "id">>;

/** A file that the user chose. */
export interface Chosen {
  readonly file: File;
  /** The path below the folder into which it goes. */
  readonly path: string;
}

/** Files and folders that the user chose. */
export interface Choosing {
  readonly files: readonly Chosen[];
  /** Paths of folders without any file. */
  readonly emptyFolders: readonly string[];
  /** Paths of what cannot be read. @default none */
  readonly unreadable?: readonly string[];
}

/** Whether an upload is under way, or gets its turn by itself. */
export function isActive({ state }: Item): boolean {
  return state === "waiting" || isSending({ state });
}

/** Whether an upload is under way. */
export function isSending({ state }: Pick<Item, "state">): boolean {
  return state === "sending" || state === "checking" || state === "offline";
}

/**
 * Returns a random identifier, as pages of the same browser share their memory. Over plain HTTP there
 * is no `crypto.randomUUID`.
 */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");
}
