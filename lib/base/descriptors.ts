/**
 * File descriptors, of which the system gives a process only so many (`ulimit -n`).
 *
 * @module
 */

import { ACCEPT_RETRY_MS } from "./limits.ts";
import { isOutOfDescriptors } from "./os_errors.ts";

const MAX_RETRY_MS = 10 * ACCEPT_RETRY_MS;

/** Whether the system limits descriptors so that a program can run out of them. */
const LIMITED = Deno.build.os !== "windows";

/**
 * Whether this many files could be opened now.
 *
 * @param path A file or folder that the program may read. @default /dev/null
 * @returns True also if it cannot be opened for any other reason.
 *
 * @example
 * ```ts
 * import { hasFreeDescriptors } from "./descriptors.ts";
 *
 * if (!hasFreeDescriptors(1, ".")) throw new Error();
 * ```
 */
export function hasFreeDescriptors(count: number, path = "/dev/null"): boolean {
  if (!LIMITED) return true;
  using stack = new DisposableStack();
  try {
    for (let i = 0; i < count; i++) stack.use(Deno.openSync(path));
    return true;
  } catch (error) {
    return !isOutOfDescriptors(error);
  }
}

/** A descriptor that is free until this is disposed. */
export interface Loan extends Disposable {
  /** Gives it back early if another one is free. @returns Whether it was given back. */
  repay(): boolean;
}

/**
 * Descriptors that are kept open, so that one of them can be closed for something important when no
 * other is free.
 */
export class DescriptorReserve implements Disposable {
  readonly #path: string;
  readonly #size: number;
  readonly #held: Deno.FsFile[] = [];
  #lent = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = 0;

  /** @param path A file or folder that the program may read; without one, nothing is reserved. */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = LIMITED ? size : 0;
    this.refill();
  }

  /** Descriptors that can be lent now. */
  get available(): number {
    return this.#held.length;
  }

  /**
   * Makes a descriptor free until the result is disposed.
   *
   * @returns `undefined` if there are no more.
   */
  lend(): Loan | undefined {
    const file = this.#held.pop();
    if (file === undefined) return undefined;
    file.close();
    this.#lent++;
    let open = true;
    const end = () => {
      if (open) this.#lent--;
      open = false;
    };
    return {
      repay: () => {
        if (open && hasFreeDescriptors(1, this.#path)) end();
        this.refill();
        return !open;
      },
      [Symbol.dispose]: () => {
        end();
        // A closed connection has its descriptor for another turn of the event loop.
        this.#retryMs = 0;
        this.refill();
      },
    };
  }

  /** Takes back what was returned and is free, and tries again later if it is in use. */
  refill(): void {
    clearTimeout(this.#retry);
    try {
      while (this.#held.length + this.#lent < this.#size) {
        this.#held.push(Deno.openSync(this.#path));
      }
    } catch (error) {
      if (!isOutOfDescriptors(error)) return;
      this.#retry = setTimeout(() => this.refill(), this.#retryMs);
      Deno.unrefTimer(this.#retry);
      this.#retryMs = Math.min(2 * this.#retryMs + 1, MAX_RETRY_MS);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#retry);
    for (const file of this.#held.splice(0)) file.close();
  }
}
