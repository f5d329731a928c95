/**
 * Sends the blocks of one upload over several lanes. A block that a lost lane did not deliver is sent
 * again over another one.
 *
 * @module
 */

import { FtError, isInterruption } from "../../../base/errors.ts";
import { LANE_BLOCKS_IN_FLIGHT, MAX_BLOCKS_UNDER_WAY } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { raceSignal } from "../../../base/signals.ts";
import type { Block, CallOptions, Upload } from "../../../service/files.ts";
import type { ExtraLane, Lane, Lanes } from "../../remote/lanes.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";
import { LaneCrew, type LaneWork } from "../lane_crew.ts";

/** An upload whose blocks may go over several lanes. */
export interface LanedSend {
  readonly upload: Pick<Upload, "token" | "write" | "ready">;
  /** The name on the server. */
  readonly name: string;
  /** Bytes that are not delivered; `Infinity` if that is unknown. */
  readonly leftBytes: () => number;
  readonly lanes: Lanes;
  readonly context: TransferContext;
}

/** A lane of an upload. */
interface Sender {
  readonly lane: Lane;
  readonly upload: Pick<Upload, "write" | "ready">;
  /** Blocks that it may have under way, if its window has room for them. */
  readonly width: number;
  /** Whether its window has room for a block. */
  ready: boolean;
  /** Blocks under way. */
  busy: number;
  /** Whether it takes further blocks. */
  open: boolean;
  /** Called when it has nothing under way any more, and takes no further blocks. */
  done: () => void;
}

/** The lanes of one upload. Disposing it disconnects all but the first. */
export class SendLanes implements LaneWork, AsyncDisposable {
  readonly #send: LanedSend;
  readonly #senders: Sender[];
  readonly #crew: LaneCrew;
  readonly #failed = new AbortController();
  #room = Promise.withResolvers<void>();

  constructor(send: LanedSend) {
    this.#send = send;
    const { lanes, upload, context } = send;
    this.#senders = [senderOf(lanes.first, upload, MAX_BLOCKS_UNDER_WAY)];
    this.#crew = new LaneCrew(lanes, this, context);
    this.#crew.failed.catch((error) => this.#failed.abort(error));
  }

  get leftBytes(): number {
    return this.#send.leftBytes();
  }

  isBusy(lane: Lane): boolean {
    return this.#senders.some((sender) => sender.lane === lane && sender.busy > 0);
  }

  /**
   * Waits while every lane has as many blocks under way as it may have.
   *
   * @throws A fatal failure, or the reason for which the transfer is stopped.
   */
  async room(): Promise<void> {
    while (true) {
      this.#failed.signal.throwIfAborted();
      if (this.#free() !== undefined) return;
      await raceSignal(this.#room.promise, this.#send.context.signal);
    }
  }

  /** Takes blocks from a source as there is room for them. */
  async *paced<T>(blocks: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const block of blocks) {
      yield block;
      await this.room();
    }
  }

  /** Returns the lane with the most room. */
  #free(): Sender | undefined {
    const open = this.#senders.filter(({ open, ready, busy, width }) =>
      open && ready && busy < width
    );
    return open.sort((a, b) => b.width - b.busy - (a.width - a.busy))[0];
  }

  /** Delivers a block over one lane, and over another one if that is lost. */
  async write(block: Block, options: CallOptions): Promise<number> {
    while (true) {
      await this.room();
      const sender = this.#free();
      if (sender === undefined) continue;
      sender.busy++;
      const { length } = block.bytes;
      try {
        const written = sender.upload.write(block, options);
        void this.#awaitWindow(sender);
        const sent = await written;
        this.#crew.moved(sender.lane, length);
        return sent;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (sender === this.#senders[0] || !isLost(sender, error)) throw error;
        sender.open = false;
      } finally {
        sender.busy--;
        if (!sender.open && sender.busy === 0) sender.done();
        this.#notify();
      }
    }
  }

  /** Gives a lane no further block before its window has room for it. */
  async #awaitWindow(sender: Sender): Promise<void> {
    sender.ready = false;
    // If the upload has ended, the next block reports it.
    await sender.upload.ready?.().catch(() => {});
    sender.ready = true;
    this.#notify();
  }

  async over(lane: ExtraLane, retired: AbortSignal): Promise<void> {
    const { upload: { token }, name, context: { options } } = this.#send;
    await using upload = await lane.join(name, token, options.compress ?? false);
    const { promise, resolve: done } = Promise.withResolvers<void>();
    const sender = { ...senderOf(lane, upload, LANE_BLOCKS_IN_FLIGHT), done };
    const leave = () => {
      sender.open = false;
      if (sender.busy === 0) done();
    };
    retired.addEventListener("abort", leave, { once: true });
    lane.signal.addEventListener("abort", leave, { once: true });
    this.#senders.push(sender);
    this.#notify();
    await promise;
    this.#senders.splice(this.#senders.indexOf(sender), 1);
    if (!retired.aborted) throw new FtError("network", "a connection was lost");
  }

  #notify(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#crew[Symbol.asyncDispose]();
  }
}

function senderOf(lane: Lane, upload: Sender["upload"], width: number): Sender {
  return { lane, upload, width, ready: true, busy: 0, open: true, done: () => {} };
}

/** Whether a block is to be sent over another lane. */
function isLost({ lane }: Sender, thrown: unknown): boolean {
  const error = asFtError(thrown);
  return lane.signal.aborted || error.code === "network" || isInterruption(error);
}
