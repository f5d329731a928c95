/**
 * Facts about files and folders.
 *
 * @module
 */

/** Facts about a file or folder. */
export interface FileInfo {
  /** The path relative to the served root, with `/` between names; `"."` is the root itself. */
  readonly path: string;
  /** Links and special files are never shown. */
  readonly type: "file" | "dir";
  /** Size in bytes; 0 for a folder. */
  readonly bytes: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner can execute it. */
  readonly executable: boolean;
  /** Permission bits of owner, group and others; absent where the system has none. */
  readonly mode?: number | undefined;
  /** Opaque; two files with the same revision have the same content. Empty for a folder. */
  readonly revision: string;
  /** The root of the content (64 hex digits), if it is known without reading the file. */
  readonly root?: string;
  /** The SHA-256 of the whole content (64 hex digits), if it is known without reading the file. */
  readonly sha256?: string | undefined;
  /** The lease that binds other writers, on the path or on a folder above it. @default none */
  readonly lock?: HeldLock | undefined;
}

/** A lease, as others see it. */
export interface HeldLock {
  /** The name of its holder. */
  readonly holder: string;
  /** Milliseconds until it expires, unless it is renewed. */
  readonly leftMs: number;
}
