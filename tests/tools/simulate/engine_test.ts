import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../testing/random.ts";
import { Simulation } from "../../../tools/simulate/engine.ts";
import { simulateLoad } from "../../../tools/simulate/open_load.ts";
import { Resource } from "../../../tools/simulate/resource.ts";
import { SimulatedServer } from "../../../tools/simulate/world.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "Simulation lets events happen in the order of their times, and then of planning",
  PURE,
  () => {
    const random = new Random(7);
    const simulation = new Simulation();
    const happened: [number, number][] = [];
    for (let i = 0; i < 500; i++) {
      const ms = random.below(50);
      simulation.after(ms, () => happened.push([ms, i]));
    }
    simulation.run();
    assertEquals(happened, happened.toSorted(([a, i], [b, k]) => a - b || i - k));
    assertEquals([happened.length, simulation.pending], [500, 0]);
  },
);

Deno.test("Simulation.run stops at its time and continues from there", PURE, () => {
  const simulation = new Simulation();
  const happened: number[] = [];
  for (const ms of [10, 20, 30]) simulation.after(ms, () => happened.push(ms));
  simulation.run(20);
  assertEquals([simulation.nowMs, ...happened], [20, 10, 20]);
  simulation.after(5, () => happened.push(25));
  simulation.run();
  assertEquals(happened, [10, 20, 25, 30]);
});

/** A line before one place, with random arrivals and service. @returns The mean number inside. */
function meanInside(arrivals: number, services: number, seed: number): number {
  const random = new Random(seed);
  const simulation = new Simulation();
  const resource = new Resource(simulation, 1);
  const exponential = (rate: number) => -Math.log(1 - random.next()) / rate;
  let spentMs = 0;
  let done = 0;
  const arrive = () => {
    const { nowMs } = simulation;
    resource.use(exponential(services), () => {
      spentMs += simulation.nowMs - nowMs;
      done++;
    });
    simulation.after(exponential(arrivals), arrive);
  };
  arrive();
  simulation.run(400_000);
  // Little: the number inside is the rate of those that leave, times the time that they spend.
  return done / 400_000 * (spentMs / done);
}

Deno.test(
  "a line with random arrivals and service has the length of the formula (M/M/1)",
  PURE,
  () => {
    for (const load of [0.3, 0.6, 0.8]) {
      const expected = load / (1 - load);
      const mean = meanInside(load, 1, 3);
      assert(Math.abs(mean / expected - 1) < 0.05, `${load}: ${mean} instead of ${expected}`);
    }
  },
);

Deno.test("a line before several places is served by all of them", PURE, () => {
  const simulation = new Simulation();
  const resource = new Resource(simulation, 3);
  const ends: number[] = [];
  for (let i = 0; i < 7; i++) resource.use(10, () => ends.push(simulation.nowMs));
  assertEquals(resource.inside, 7);
  simulation.run();
  assertEquals(ends, [10, 10, 10, 20, 20, 20, 30]);
  assertEquals([resource.served, resource.inside, resource.busyMs, resource.waitedMs], [
    7,
    0,
    70,
    50,
  ]);
});

Deno.test("what comes into a server goes out, or is still inside", PURE, () => {
  const simulation = new Simulation();
  const server = new SimulatedServer(simulation);
  const work = { threadMs: 4, othersMs: 1, rounds: 3, storeMs: 20 };
  let done = 0;
  for (let i = 0; i < 200; i++) {
    simulation.after(i * 3, () => server.perform(work, () => done++));
  }
  for (let untilMs = 0; untilMs < 1200; untilMs += 50) {
    simulation.run(untilMs);
    const { begun, ended, thread, others, places } = server;
    assertEquals([begun - ended, ended], [thread.inside + others.inside + places.inside, done]);
  }
  simulation.run();
  assertEquals([server.begun, server.ended, done], [200, 200, 200]);
  assertEquals(Math.round(server.thread.busyMs), 200 * work.threadMs);
  assertEquals(Math.round(server.places.busyMs), 200 * work.rounds * work.storeMs);
});

Deno.test(
  "simulateLoad gives the same result for the same seed, and others for others",
  PURE,
  () => {
    const arrivals = [
      { work: { threadMs: 2, othersMs: 0, rounds: 2, storeMs: 30 }, perSecond: 200, watched: true },
      { work: { threadMs: 9, othersMs: 0, rounds: 0, storeMs: 0 }, perSecond: 20 },
    ];
    const result = simulateLoad(arrivals, 30, 5);
    assertEquals(simulateLoad(arrivals, 30, 5), result);
    assert(simulateLoad(arrivals, 30, 6).begun !== result.begun);
    assertEquals(result.begun, result.ended + result.left);
    assert(Math.abs(result.busy - 0.58) < 0.05, String(result.busy));
    assert(result.medianMs >= 62 && result.slowMs > result.medianMs, JSON.stringify(result));
  },
);
