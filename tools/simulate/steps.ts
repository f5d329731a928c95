/**
 * The steps from a few users to a million.
 *
 * @module
 */

import { type CalibrationCase, workOf } from "./calibration.ts";
import { type Plan, planFor } from "./capacity.ts";
import { type CommandName, COMMANDS } from "./commands.ts";
import { billedOf } from "./counted.ts";
import type { Measured } from "./measured.ts";
import { calibrationFaults } from "./calibration.ts";
import { type LoadResult, simulateLoad } from "./open_load.ts";
import { BUSIEST_HOUR, DAYS_A_MONTH, OPERATIONS_A_DAY, PRICES, STORED_BYTES } from "./profile.ts";
import type { Work } from "./world.ts";

/** The steps, as users. */
export const STEPS = [10, 1_000, 10_000, 100_000, 1_000_000] as const;
/** Milliseconds until a store has answered a request: see docs/CAPACITY.md. */
export const STORE_MS = 100;
/** Seconds that are simulated. */
const SECONDS = 120;
const HOURS_A_MONTH = 730;

/** A number of users, and everything about it. */
export interface Step {
  readonly plan: Plan;
  /** One of the servers in the busiest hour. */
  readonly load: LoadResult;
  /** Dollars per month at list prices. */
  readonly dollars: number;
}

/**
 * Returns all steps.
 *
 * @throws {Error} If the simulation does not reproduce what was measured: its other figures would mean
 *   nothing.
 */
export function allSteps(measured: Measured, calibration: readonly CalibrationCase[]): Step[] {
  const faults = calibrationFaults(calibration);
  if (faults.length > 0) {
    const named = faults.map(({ operation, clients, error }) =>
      `${operation} of ${clients} clients: ${Math.round(error * 100)} %`
    );
    throw new Error(`the simulation differs from what was measured: ${named.join(", ")}`);
  }
  return STEPS.map((users) => {
    const plan = planFor(users, measured, STORE_MS);
    return { plan, load: loadOf(plan, measured), dollars: dollarsOf(plan) };
  });
}

function loadOf({ users, clusters, servers, demand }: Plan, measured: Measured): LoadResult {
  const arrivals = COMMANDS.map(({ name }) => ({
    work: workFor(name, measured),
    perSecond: users * OPERATIONS_A_DAY[name] * BUSIEST_HOUR / 3600 / servers,
    watched: name === "getSmall",
  }));
  const perSecond = demand.deliveries / servers;
  // Many deliveries are one event: a message to all seats of the server.
  const messages = demand.messages / clusters;
  const together = Math.max(1, perSecond / messages);
  const deliveries = {
    work: { threadMs: measured.deliveryMs * together, othersMs: 0, rounds: 0, storeMs: 0 },
    perSecond: perSecond / together,
  };
  // Few users do little: a longer time has enough of it.
  const seconds = SECONDS * Math.max(1, Math.min(500, 20_000 / users));
  return simulateLoad([...arrivals, deliveries], seconds);
}

/** The work of a command; but for small files, its requests are taken to follow each other. */
function workFor(name: CommandName, measured: Measured): Work {
  if (name === "getSmall" || name === "putSmall") {
    return { ...workOf(measured, name), storeMs: STORE_MS };
  }
  const { reads, writes, removals } = billedOf(name);
  const rounds = reads + writes + removals;
  const { thread: threadMs, others: othersMs } = measured.processor[name];
  return { threadMs, othersMs, rounds, storeMs: STORE_MS };
}

function dollarsOf({ users, servers }: Plan): number {
  const daily = COMMANDS.reduce((sum, { name, bytes }) => {
    const { reads, writes } = billedOf(name);
    const sent = name.startsWith("get") ? bytes : 0;
    const each = reads * PRICES.read + writes * PRICES.write + sent / 1e9 * PRICES.sentGb;
    return sum + OPERATIONS_A_DAY[name] * each;
  }, 0);
  const each = daily * DAYS_A_MONTH + STORED_BYTES / 1e9 * PRICES.storedGb;
  return users * each + servers * HOURS_A_MONTH * PRICES.serverHour;
}
