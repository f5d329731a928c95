/**
 * The options and resources that the transfers of one command share.
 *
 * @module
 */

import { BlockBuffers } from "../../blocks/buffers.ts";
import { Hasher } from "../../blocks/hasher.ts";
import type { CallOptions } from "../../service/files.ts";
import { LocalRoots, type LocalRootsOptions } from "./local_roots.ts";
import type { ExistingTarget, OnTransferEvent } from "./transfer_events.ts";

/**
 * Whether a transfer includes a file.
 *
 * @param path Relative to the name the user gave; the file's own name if that was the file.
 */
export type NameFilter = (path: string) => boolean;

/** Options that hold for every file of a command. */
export interface TransferOptions {
  /** Handling of a target that exists with other content. */
  readonly existing: ExistingTarget;
  /** Whether times and permission bits are kept. */
  readonly times: boolean;
  /** Whether partial files are kept and used. */
  readonly resume: boolean;
  /**
   * Whether a file that grows meanwhile, such as a log, is copied as far as it went at the start.
   *
   * @default {false}
   */
  readonly snapshot?: boolean;
  /** Whether content is compressed on the network. @default {false} */
  readonly compress?: boolean;
  /** Connections for one large file; `auto` opens them while they make it faster. @default {1} */
  readonly lanes?: number | "auto";
  /** The files to transfer. @default all */
  readonly filter?: NameFilter;
  /** Whether to report what would be done instead of doing it. @default {false} */
  readonly dryRun?: boolean;
  /** Whether no remembered digest is used, on either side. @default {false} */
  readonly checksum?: boolean;
  /** Where the roots of local files are remembered. @default nowhere */
  readonly roots?: LocalRootsOptions;
  /** Names this client across runs, so that it can resume its uploads. @default random */
  readonly identity?: string;
}

/** Shared by the transfers of a command. Disposing it stops its workers, and stores what it knows. */
export interface TransferContext extends Disposable {
  readonly hasher: Hasher;
  readonly buffers: BlockBuffers;
  /** The roots of local files that are remembered. */
  readonly roots: LocalRoots;
  readonly options: TransferOptions;
  /** The client's identity; see {@linkcode TransferOptions.identity}. */
  readonly identity: string;
  readonly onEvent: OnTransferEvent;
  readonly signal: AbortSignal | undefined;
  /** Targets of downloads whose names look like those of partial downloads. */
  readonly partLike: Set<string>;
  /** Empty folders of a download that only files go into; one that is being filled is removed. */
  readonly emptyFolders: Set<string>;
}

/** Creates a context. */
export function transferContext(
  options: TransferOptions,
  onEvent: OnTransferEvent,
  signal: AbortSignal | undefined,
): TransferContext {
  const hasher = new Hasher();
  const roots = new LocalRoots(options.roots, { trusted: !options.checksum });
  return {
    hasher,
    buffers: new BlockBuffers(),
    roots,
    options,
    identity: options.identity ?? crypto.randomUUID(),
    onEvent,
    signal,
    partLike: new Set(),
    emptyFolders: new Set(),
    [Symbol.dispose]() {
      hasher[Symbol.dispose]();
      roots[Symbol.dispose]();
    },
  };
}

/** The options of calls that move content. */
export function contentOptions(
  { signal, options: { compress } }: TransferContext,
): CallOptions & { readonly compress?: boolean } {
  return { signal, compress };
}
