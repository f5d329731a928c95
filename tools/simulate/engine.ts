/**
 * A simulation by events: what happens next is done next, at its time, and nothing between.
 *
 * @module
 */

/** Something that happens. Of two at the same time, that which was planned first comes first. */
interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** A clock that moves from event to event. */
export class Simulation {
  #nowMs = 0;
  #planned = 0;
  /** A binary heap. */
  readonly #heap: Event[] = [];

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events that have not happened yet. */
  get pending(): number {
    return this.#heap.length;
  }

  /** Plans an event. @param afterMs Milliseconds from now. */
  after(afterMs: number, happen: () => void): void {
    const event = { atMs: this.#nowMs + afterMs, order: this.#planned++, happen };
    let at = this.#heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(this.#heap[parent]!, event)) break;
      this.#heap[at] = this.#heap[parent]!;
      at = parent;
    }
    this.#heap[at] = event;
  }

  /** Lets everything happen until a time. @default until nothing is planned */
  run(untilMs = Infinity): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atMs <= untilMs) {
      const { atMs, happen } = this.#take();
      this.#nowMs = atMs;
      happen();
    }
    if (untilMs !== Infinity) this.#nowMs = untilMs;
  }

  #take(): Event {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
