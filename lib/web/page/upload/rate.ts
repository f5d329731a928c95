/**
 * The rate of a transfer, and the time that is left.
 *
 * @module
 */

/** Milliseconds over which a rate is measured. */
const WINDOW_MS = 8_000;
/** Milliseconds between two measurements. */
const STEP_MS = 250;

interface Sample {
  readonly ms: number;
  readonly bytes: number;
}

/** Measures a rate. */
export class Rate {
  #samples: Sample[] = [];

  /**
   * Notes the number of bytes so far.
   *
   * @param nowMs Milliseconds of a clock that never goes back.
   */
  note(bytes: number, nowMs: number): void {
    const last = this.#samples.at(-1);
    // After a lost connection the server may have less than was sent.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    else if (last !== undefined && nowMs - last.ms < STEP_MS) return;
    this.#samples.push({ ms: nowMs, bytes });
    const oldest = nowMs - WINDOW_MS;
    const first = this.#samples.findIndex(({ ms }) => ms >= oldest);
    this.#samples.splice(0, Math.max(0, Math.min(first, this.#samples.length - 2)));
  }

  /** Bytes per second; 0 if it is not known yet. */
  get perSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.ms - first.ms < STEP_MS) return 0;
    return (last.bytes - first.bytes) / (last.ms - first.ms) * 1000;
  }

  /** Seconds until a number of bytes is sent; `undefined` if it is not known. */
  secondsFor(bytes: number): number | undefined {
    return this.perSecond > 0 ? Math.ceil(bytes / this.perSecond) : undefined;
  }
}
