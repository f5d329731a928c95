/**
 * Servers and their store, as the simulation sees them.
 *
 * @module
 */

import { MAX_STORE_REQUESTS } from "../../lib/base/limits.ts";
import type { Simulation } from "./engine.ts";
import { Resource } from "./resource.ts";

/** The work of an operation: it is on the server's thread and at the store in turns. */
export interface Work {
  /** Milliseconds of the server's thread, in all. */
  readonly threadMs: number;
  /** Milliseconds of its other threads, before the rest, such as the check of a password. */
  readonly othersMs: number;
  /** Requests to the store, one after the other. */
  readonly rounds: number;
  /** Milliseconds until the store has answered one. */
  readonly storeMs: number;
}

/** A server on two cores: its thread, the others, and places for requests to the store. */
export class SimulatedServer {
  readonly thread: Resource;
  readonly others: Resource;
  readonly places: Resource;
  /** Operations that have begun. */
  begun = 0;
  /** Operations that have ended. */
  ended = 0;

  constructor(simulation: Simulation) {
    this.thread = new Resource(simulation, 1);
    this.others = new Resource(simulation, 1);
    this.places = new Resource(simulation, MAX_STORE_REQUESTS);
  }

  /** Does an operation. @param done Called at its end. */
  perform({ threadMs, othersMs, rounds, storeMs }: Work, done: () => void): void {
    this.begun++;
    // The thread has a share before each request to the store, and one after the last.
    const share = threadMs / (rounds + 1);
    const step = (left: number) =>
      this.thread.use(share, () => {
        if (left > 0) return this.places.use(storeMs, () => step(left - 1));
        this.ended++;
        done();
      });
    if (othersMs > 0) this.others.use(othersMs, () => step(rounds));
    else step(rounds);
  }
}
