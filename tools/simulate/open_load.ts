/**
 * One server in its busiest hour: operations arrive at random, as many users send them.
 *
 * @module
 */

import { Random } from "../../testing/random.ts";
import { Simulation } from "./engine.ts";
import { SimulatedServer, type Work } from "./world.ts";

/** A kind of operation that arrives. */
export interface Arrival {
  readonly work: Work;
  /** How many arrive in a second. */
  readonly perSecond: number;
  /** Whether its times are of interest. @default {false} */
  readonly watched?: boolean;
}

/** The result of a time under load. */
export interface LoadResult {
  /** Operations that arrived, ended, and had not ended. */
  readonly begun: number;
  readonly ended: number;
  readonly left: number;
  /** The share of time in which the thread worked. */
  readonly busy: number;
  /** Milliseconds in which half of the watched operations ended, and 99 of 100. */
  readonly medianMs: number;
  readonly slowMs: number;
}

/** Simulates a server for some seconds. @param seed The same one gives the same result. */
export function simulateLoad(arrivals: readonly Arrival[], seconds: number, seed = 1): LoadResult {
  const simulation = new Simulation();
  const server = new SimulatedServer(simulation);
  const times: number[] = [];
  arrivals.forEach(({ work, perSecond, watched }, kind) => {
    if (perSecond === 0) return;
    const random = Random.of(seed, kind);
    const next = () => {
      simulation.after(-Math.log(1 - random.next()) * 1000 / perSecond, () => {
        const { nowMs } = simulation;
        server.perform(work, () => {
          if (watched === true) times.push(simulation.nowMs - nowMs);
        });
        next();
      });
    };
    next();
  });
  simulation.run(seconds * 1000);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? NaN;
  const { begun, ended, thread } = server;
  const busy = thread.busyMs / (seconds * 1000);
  return { begun, ended, left: begun - ended, busy, medianMs: at(0.5), slowMs: at(0.99) };
}
