/**
 * The lanes of one transfer: opens further ones, gives them back, and replaces those that are lost.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { every } from "../../base/every.ts";
import { LANE_MIN_BYTES, LANE_STALL_MS, MAX_LANES, MAX_LOST_LANES } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal } from "../../base/signals.ts";
import type { ExtraLane, Lane, LaneGrant, Lanes } from "../remote/lanes.ts";
import type { TransferContext } from "../remote/transfer_context.ts";
import type { TransferRequest } from "../remote/transfers.ts";
import { LaneMeter } from "./lane_meter.ts";

/** Blocks to be moved over lanes. */
export interface LaneWork {
  /** Bytes that have not moved; `Infinity` if that is unknown. */
  readonly leftBytes: number;
  /**
   * Moves blocks over a further lane, until there are none or it is retired.
   *
   * @throws If the lane is lost; its blocks are for the others then.
   */
  over(lane: ExtraLane, retired: AbortSignal): Promise<void>;
  /** Whether a lane has blocks under way. */
  isBusy(lane: Lane): boolean;
  /** Lets further lanes take over the blocks of the first one, which brings nothing. */
  firstStalls?(): void;
}

/** A further lane at work. */
interface Member {
  readonly lane: ExtraLane;
  readonly retired: AbortController;
  /** Whether a block has moved over it. */
  active: boolean;
}

/**
 * The lanes of a transfer, if it may have further ones.
 *
 * @param bytes Its size, where it is known.
 */
export function usableLanes(
  { lanes, context }: TransferRequest,
  bytes: number = Infinity,
): Lanes | undefined {
  const { lanes: count = 1 } = context.options;
  if (count === 1 || bytes < LANE_MIN_BYTES) return undefined;
  return lanes?.prepare() ? lanes : undefined;
}

/** Losses of a lane that do not end the transfer. */
function isLoss(error: FtError): boolean {
  return ["network", "limit", "interrupted", "not_allowed", "tls"].includes(error.code);
}

/** The lanes of one transfer. Disposing it disconnects the further ones. */
export class LaneCrew implements AsyncDisposable {
  readonly #lanes: Lanes;
  readonly #count: number | "auto";
  readonly #work: LaneWork;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #members = new Set<Member>();
  readonly #running = new Set<Promise<void>>();
  readonly #failure = Promise.withResolvers<never>();
  readonly #watch: Disposable;
  readonly #meter: LaneMeter;
  #grant: LaneGrant | undefined;
  #opening = 0;
  #lost = 0;

  constructor(
    lanes: Lanes,
    work: LaneWork,
    { signal, options: { lanes: count = 1 } }: Pick<TransferContext, "signal" | "options">,
  ) {
    this.#lanes = lanes;
    this.#count = count;
    this.#work = work;
    this.#signal = anySignal(this.#ended.signal, signal);
    if (count === "auto" && work.leftBytes >= LANE_MIN_BYTES) this.#grant = lanes.grant();
    this.#meter = new LaneMeter(this.#grant?.best, lanes.maxRate);
    this.#failure.promise.catch(() => {});
    this.#watch = every(LANE_STALL_MS / 3, () => this.#lookForStalls());
    this.#adjust();
  }

  /** Rejects with an error of a lane that ends the transfer. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  /** Notes that a block has moved over a lane. */
  moved(lane: Lane, bytes: number): void {
    for (const member of this.#members) if (member.lane === lane) member.active = true;
    const active = 1 + [...this.#members].filter((member) => member.active).length;
    const { leftBytes } = this.#work;
    this.#meter.moved({ nowMs: performance.now(), bytes, leftBytes, active });
    this.#adjust();
  }

  get #wanted(): number {
    return this.#count === "auto" ? this.#meter.wanted : Math.min(this.#count, MAX_LANES);
  }

  #adjust(): void {
    const { size } = this.#members;
    if (this.#signal.aborted || this.#work.leftBytes <= 0) return;
    if (size + 1 > this.#wanted) return this.#retireNewest();
    for (let n = size + this.#opening + 1; n < this.#wanted; n++) {
      if (this.#lost >= MAX_LOST_LANES) return;
      this.#grant ??= this.#lanes.grant();
      if (this.#grant === undefined) return;
      this.#run(this.#grant);
    }
  }

  #retireNewest(): void {
    const excess = this.#members.size + 1 - this.#wanted;
    for (const { retired } of [...this.#members].slice(-excess)) retired.abort();
  }

  #run(grant: LaneGrant): void {
    this.#opening++;
    const run = this.#open(grant).then((lane) => lane && this.#serve(lane));
    const running = run.catch((error) => this.#failure.reject(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** @returns `undefined` if it is refused, which is no error. */
  async #open(grant: LaneGrant): Promise<ExtraLane | undefined> {
    try {
      return await grant.open(this.#signal);
    } catch {
      this.#lost = MAX_LOST_LANES;
      this.#meter.limit(this.#members.size + 1);
      return undefined;
    } finally {
      this.#opening--;
    }
  }

  async #serve(opened: ExtraLane): Promise<void> {
    await using lane = opened;
    if (this.#signal.aborted) return;
    const member = { lane, retired: new AbortController(), active: false };
    this.#members.add(member);
    try {
      await this.#work.over(lane, member.retired.signal);
    } catch (thrown) {
      const error = asFtError(thrown);
      if (this.#signal.aborted) return;
      if (!isLoss(error)) throw error;
      this.#lost++;
    } finally {
      this.#members.delete(member);
    }
    this.#adjust();
  }

  /** Disconnects a lane that is silent although it has work, and others are not. */
  #lookForStalls(): void {
    const silentMs = (lane: Lane) => performance.now() - lane.heardMs;
    const all = [this.#lanes.first, ...[...this.#members].map(({ lane }) => lane)];
    // If all of them are silent, the line or the server is the reason.
    const isAlive = (lane: Lane) => !this.#work.isBusy(lane) || silentMs(lane) < LANE_STALL_MS / 2;
    if (!all.some(isAlive)) return;
    const stalls = (lane: Lane) => this.#work.isBusy(lane) && silentMs(lane) > LANE_STALL_MS;
    if (stalls(this.#lanes.first)) this.#work.firstStalls?.();
    for (const { lane } of this.#members) {
      if (stalls(lane)) void lane[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    if (this.#grant !== undefined) this.#grant.best = this.#meter.wanted;
    this.#ended.abort(new FtError("interrupted", "the transfer has ended"));
    await Promise.all([...this.#members].map(({ lane }) => lane[Symbol.asyncDispose]()));
    await Promise.all(this.#running);
    this.#grant?.[Symbol.dispose]();
  }
}
