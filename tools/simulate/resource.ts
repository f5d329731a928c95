/**
 * A resource that a number of users have at once, and for which the others wait in line.
 *
 * @module
 */

import type { Simulation } from "./engine.ts";

/** A use that waits. */
interface Waiting {
  readonly serviceMs: number;
  readonly done: () => void;
  readonly sinceMs: number;
}

/** A resource, such as the thread of a server or its connections to a store. */
export class Resource {
  readonly #simulation: Simulation;
  readonly #places: number;
  readonly #line: Waiting[] = [];
  #first = 0;
  #used = 0;
  #served = 0;
  #busyMs = 0;
  #waitedMs = 0;

  /** @param places Uses at once. */
  constructor(simulation: Simulation, places: number) {
    this.#simulation = simulation;
    this.#places = places;
  }

  /** Uses of it that have ended. */
  get served(): number {
    return this.#served;
  }

  /** Uses that wait now, or have a place. */
  get inside(): number {
    return this.#line.length - this.#first + this.#used;
  }

  /** Milliseconds for which its places were used, in all. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Milliseconds that its uses have waited, in all. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Uses it, as soon as there is a place. @param done Called when the use has ended. */
  use(serviceMs: number, done: () => void): void {
    this.#line.push({ serviceMs, done, sinceMs: this.#simulation.nowMs });
    this.#next();
  }

  #next(): void {
    if (this.#used === this.#places || this.#first === this.#line.length) return;
    const { serviceMs, done, sinceMs } = this.#line[this.#first++]!;
    // What is over is removed from time to time.
    if (this.#first > 1000) this.#line.splice(0, this.#first), this.#first = 0;
    this.#used++;
    this.#waitedMs += this.#simulation.nowMs - sinceMs;
    this.#simulation.after(serviceMs, () => {
      this.#used--;
      this.#served++;
      this.#busyMs += serviceMs;
      this.#next();
      done();
    });
  }
}
