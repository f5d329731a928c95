/**
 * What every transfer of a batch shares.
 *
 * @module
 */

import { BlockBuffers } from "../../blocks/buffers.ts";
import { Hasher } from "../../blocks/hasher.ts";
import type { CallOptions } from "../../service/files.ts";
import type { NameFilter } from "./name_filter.ts";
import type { ExistingTarget, OnTransferEvent, TransferOp } from "../remote/transfer_events.ts";

/** Options that hold for every file of a batch. */
export interface TransferOptions {
  /** What to do when the target exists with other content. */
  readonly existing: ExistingTarget;
  /** Whether times and the executable bit are kept. */
  readonly times: boolean;
  /** Whether partial files are kept and used. */
  readonly resume: boolean;
  /** Whether content is packed on the network. @default {false} */
  readonly compress?: boolean;
  /** Which files are meant. @default all */
  readonly filter?: NameFilter;
  /** Whether to tell what would be done, and not do it. @default {false} */
  readonly dryRun?: boolean;
}

/** Shared by the transfers of a batch. Disposing it stops its workers. */
export interface TransferContext extends Disposable {
  readonly hasher: Hasher;
  readonly buffers: BlockBuffers;
  readonly options: TransferOptions;
  readonly onEvent: OnTransferEvent;
  readonly signal: AbortSignal | undefined;
}

/** Builds them. */
export function transferContext(
  options: TransferOptions,
  onEvent: OnTransferEvent,
  signal: AbortSignal | undefined,
): TransferContext {
  const hasher = new Hasher();
  return {
    hasher,
    buffers: new BlockBuffers(),
    options,
    onEvent,
    signal,
    [Symbol.dispose]: () => hasher[Symbol.dispose](),
  };
}

/** What calls that move content take from them. */
export function contentOptions(
  { signal, options: { compress } }: TransferContext,
): CallOptions & { readonly compress?: boolean } {
  return { ...(signal && { signal }), ...(compress && { compress }) };
}

/** Tells how far one file is. */
export class Progress {
  readonly #onEvent: OnTransferEvent;
  readonly #op: TransferOp;
  readonly #name: string;
  readonly #startedMs: number = performance.now();
  #done = 0;
  #moved = 0;

  /** @param bytes The file's size, where it is known. */
  constructor(onEvent: OnTransferEvent, op: TransferOp, name: string, bytes: number | undefined) {
    this.#onEvent = onEvent;
    this.#op = op;
    this.#name = name;
    onEvent({ kind: "start", op, name, bytes });
  }

  /** Content bytes that crossed the network. */
  get moved(): number {
    return this.#moved;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  /** Bytes found in place or put there, `moved` of them over the network. */
  add(bytes: number, moved: number): void {
    this.#done += bytes;
    this.#moved += moved;
    this.#tell();
  }

  /** Begins again from nothing; what moved stays moved. */
  restart(): void {
    this.#done = 0;
    this.#tell();
  }

  #tell(): void {
    this.#onEvent({
      kind: "progress",
      op: this.#op,
      name: this.#name,
      done: this.#done,
      moved: this.#moved,
    });
  }
}
