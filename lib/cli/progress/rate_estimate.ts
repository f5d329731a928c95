/**
 * An estimate of the present rate of a transfer.
 *
 * @module
 */

/** Milliseconds that the estimate looks back. */
const WINDOW_MS = 5000;
/** Milliseconds from the first moved byte to the first estimate. */
const SETTLING_MS = 1000;
/** Shortest time between two samples, in milliseconds. */
const SAMPLE_MS = 50;

/** The number of moved bytes at a time. */
interface Sample {
  readonly atMs: number;
  readonly moved: number;
}

/**
 * Estimates a rate from the bytes that moved in the last seconds. It begins with the first moved
 * byte, so neither the time before nor an average over old rates distorts it.
 *
 * @example
 * ```ts
 * import { RateEstimate } from "./rate_estimate.ts";
 *
 * const rate = new RateEstimate();
 * rate.add(100, 60_000);
 * rate.add(400, 62_000);
 * if (rate.perSecond(62_000) !== 150) throw new Error();
 * ```
 */
export class RateEstimate {
  /** The first sample is the base, which may be older than the window. */
  #samples: Sample[] = [];
  #startedMs = 0;
  #moved = 0;

  /** Begins again with the next moved byte. */
  restart(): void {
    this.#samples = [];
  }

  /** Records how many bytes have moved in total. */
  add(moved: number, nowMs: number): void {
    if (moved === this.#moved) return;
    this.#moved = moved;
    const samples = this.#samples;
    if (samples.length === 0) this.#startedMs = nowMs;
    if (samples.length > 1 && nowMs - samples.at(-2)!.atMs < SAMPLE_MS) samples.pop();
    samples.push({ atMs: nowMs, moved });
    while (samples.length > 2 && samples[1]!.atMs <= nowMs - WINDOW_MS) samples.shift();
  }

  /** The rate in bytes per second; `undefined` while it cannot be estimated. */
  perSecond(nowMs: number): number | undefined {
    const samples = this.#samples;
    if (samples.length < 2 || nowMs - this.#startedMs < SETTLING_MS) return undefined;
    const [base, last] = [samples[0]!, samples.at(-1)!];
    const spanMs = last.atMs - base.atMs;
    // Bytes arrive in blocks. A silence counts once it is longer than the usual gap between them.
    const silenceMs = nowMs - last.atMs - spanMs / (samples.length - 1);
    return (last.moved - base.moved) / (spanMs + Math.max(0, silenceMs)) * 1000;
  }
}
