/**
 * A closed loop in the simulation: clients that ask again as soon as they are answered.
 *
 * @module
 */

import { Simulation } from "./engine.ts";
import { SimulatedServer, type Work } from "./world.ts";

/** Returns the operations per second of all clients. */
export function simulateLoop(work: Work, clients: number, seconds = 1000): number {
  const simulation = new Simulation();
  const server = new SimulatedServer(simulation);
  const again = () => server.perform(work, again);
  for (let i = 0; i < clients; i++) again();
  const warmMs = seconds * 1000 / 4;
  simulation.run(warmMs);
  const before = server.ended;
  simulation.run(warmMs + seconds * 1000);
  return (server.ended - before) / seconds;
}
