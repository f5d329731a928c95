/**
 * The memory of the parts of all uploads: bounded for the whole process, and used again, as new
 * memory for each part would be freed much later than it is needed.
 *
 * @module
 */

import { MAX_PART_MEMORY, OBJECT_PART_BYTES, PART_IDLE_MS } from "../base/limits.ts";

/** An owner of parts that are not complete. */
export interface PartHolder {
  /**
   * Stores parts in which nothing was written for a while, and gives their memory back.
   *
   * @param idleMs How long, in milliseconds.
   */
  yieldIdle(idleMs: number): Promise<void>;
}

/** A caller that waits for memory. */
interface Waiter {
  readonly size: number;
  grant(): void;
}

/** Memory for parts, up to a limit. Callers that wait get it in turn. Disposing it ends its timer. */
export class PartMemory implements Disposable {
  readonly #limit: number;
  readonly #idleMs: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  readonly #waiting: Waiter[] = [];
  readonly #holders = new Set<PartHolder>();
  #used = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param limit In bytes.
   * @param idleMs The time without a write after which a part makes room for callers that wait.
   */
  constructor(limit: number = MAX_PART_MEMORY, idleMs: number = PART_IDLE_MS) {
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** Registers an owner of parts, until the result is disposed. */
  hold(holder: PartHolder): Disposable {
    this.#holders.add(holder);
    return { [Symbol.dispose]: () => void this.#holders.delete(holder) };
  }

  /** Waits for memory, whose content is anything. A part that is larger than the limit gets it alone. */
  async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#waiting.length > 0 || !this.#hasRoom(size)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ size, grant: resolve });
        this.#askIdle();
      });
    } else this.#used += size;
    return this.#allocate(size);
  }

  /** Takes memory beyond the limit, for callers that cannot wait. */
  takeAnyway(size: number): Uint8Array<ArrayBuffer> {
    this.#used += size;
    return this.#allocate(size);
  }

  /** Gives memory back that nobody uses any more. */
  give(memory: Uint8Array<ArrayBuffer>): void {
    this.#used -= memory.length;
    const kept = (this.#free.length + 1) * OBJECT_PART_BYTES <= this.#limit;
    if (memory.length === OBJECT_PART_BYTES && kept) this.#free.push(memory);
    while (this.#waiting.length > 0 && this.#hasRoom(this.#waiting[0]!.size)) {
      const { size, grant } = this.#waiting.shift()!;
      this.#used += size;
      grant();
    }
    if (this.#waiting.length === 0) this.#stopAsking();
  }

  #hasRoom(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#limit;
  }

  #allocate(size: number): Uint8Array<ArrayBuffer> {
    const kept = size === OBJECT_PART_BYTES ? this.#free.pop() : undefined;
    // Memory kept for small parts would be added to that of a large one.
    if (size > OBJECT_PART_BYTES) this.#free.length = 0;
    return kept ?? new Uint8Array(size);
  }

  [Symbol.dispose](): void {
    this.#stopAsking();
  }

  #stopAsking(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** As long as somebody waits: a client that stopped in the middle of a part holds up the others. */
  #askIdle(): void {
    this.#timer ??= setTimeout(async () => {
      for (const holder of [...this.#holders]) {
        if (this.#waiting.length === 0) break;
        await holder.yieldIdle(this.#idleMs);
      }
      this.#stopAsking();
      if (this.#waiting.length > 0) this.#askIdle();
    }, this.#idleMs);
  }
}

/** The memory of the parts of this process. */
export const partMemory: PartMemory = new PartMemory();
