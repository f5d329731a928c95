/**
 * The blocks that one exchange of an upload sends, and their acknowledgements.
 *
 * @module
 */

import { FtError, protocolError } from "../../base/errors.ts";
import { raceSignal } from "../../base/signals.ts";
import { BLOCK_COST, sendBlock } from "../../native/block_stream.ts";
import { decodeBlockAck } from "../../native/messages.ts";
import type { Block, CallOptions } from "../../service/files.ts";
import type { Call } from "./native_client.ts";

interface Unacknowledged {
  resolve(): void;
  reject(error: unknown): void;
}

/** Sends blocks one after the other, because their data frames have no block number. */
export class SentBlocks {
  readonly #path: string;
  readonly #compress: boolean;
  readonly #unacknowledged = new Map<number, Unacknowledged>();
  #lastSend: Promise<unknown> = Promise.resolve();

  constructor(path: string, compress: boolean) {
    this.#path = path;
    this.#compress = compress;
  }

  /** Resolves when the blocks that were begun are sent. */
  get sent(): Promise<unknown> {
    return this.#lastSend;
  }

  /**
   * Sends a block and waits for its acknowledgement.
   *
   * @returns The wire bytes of its content.
   * @throws `integrity` (retryable) if it arrived damaged, or the reason why the exchange ended.
   */
  async write(call: Call, block: Block, options: CallOptions): Promise<number> {
    const { index } = block;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    this.#unacknowledged.set(index, { resolve, reject });
    const digest = new Uint8Array(block.digest);
    const outgoing = { index, bytes: block.bytes, digest };
    const sent = this.#lastSend.then(() => sendBlock(call.exchange, outgoing, this.#compress));
    this.#lastSend = sent.catch(() => {});
    try {
      const bytes = await raceSignal(orReason(call, sent), options.signal);
      await raceSignal(promise, options.signal);
      return bytes;
    } catch (error) {
      // A connection that takes nothing may still read from the buffer: it must not be used again.
      if (options.signal?.aborted) block.bytes = new Uint8Array();
      throw error;
    }
  }

  /** Resolves when a further block would be sent at once. @throws As {@linkcode write}. */
  async ready(call: Call, { signal }: CallOptions = {}): Promise<void> {
    await raceSignal(this.#lastSend, signal);
    await orReason(call, call.exchange.room(BLOCK_COST));
  }

  /** Takes an ACKN frame. */
  acknowledged(payload: Uint8Array): void {
    const { index, ok } = decodeBlockAck(payload);
    const waiting = this.#unacknowledged.get(index);
    if (waiting === undefined) throw protocolError(`block ${index} was acknowledged but not sent`);
    this.#unacknowledged.delete(index);
    if (ok) waiting.resolve();
    else waiting.reject(this.#damaged(index));
  }

  #damaged(index: number): FtError {
    const message = `block ${index} of ${this.#path} arrived damaged`;
    return new FtError("integrity", message, { name: this.#path, retryable: true });
  }

  /** Fails all blocks that are not acknowledged, because the exchange ended. */
  ended(error: unknown): void {
    for (const waiting of this.#unacknowledged.values()) waiting.reject(error);
    this.#unacknowledged.clear();
  }
}

/** Waits for something that was sent. If there is a reply, it has the reason of a failure. */
export async function orReason<T>({ reply }: Call, sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw await reply.then(() => error, (reason) => reason);
  }
}
