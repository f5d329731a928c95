/**
 * What is needed for a number of users, and what is the first bottleneck.
 *
 * @module
 */

import { MAX_CLUSTER_LEASES, MAX_CONNECTIONS, MAX_STORE_REQUESTS } from "../../lib/base/limits.ts";
import { COMMANDS } from "./commands.ts";
import { billedOf } from "./counted.ts";
import type { Measured } from "./measured.ts";
import {
  BUSIEST_HOUR,
  CITED,
  CONNECTED,
  LEASE_SECONDS,
  LEAST_SERVERS,
  LINE_BYTES,
  OPERATIONS_A_DAY,
  PLANNED_SHARE,
  SEATED,
  SINGLE_SERVER_USERS,
} from "./profile.ts";

/** What users ask of one cluster in a second of the busiest hour. */
export interface Demand {
  readonly operations: number;
  readonly reads: number;
  readonly writes: number;
  readonly bus: number;
  /** What the bus sends to every server. */
  readonly spread: number;
  readonly bytes: number;
  readonly messages: number;
  /** Messages that reach a seat. */
  readonly deliveries: number;
  /** Seconds of a server's thread, without those for deliveries. */
  readonly thread: number;
  /** Seconds of a server's thread for deliveries. */
  readonly delivering: number;
  /** Seconds of its other threads. */
  readonly others: number;
  readonly sessions: number;
  readonly leases: number;
}

/** What a number of users needs. */
export interface Plan {
  readonly users: number;
  readonly clusters: number;
  /** Servers of all clusters. */
  readonly servers: number;
  /** What all users ask. */
  readonly demand: Demand;
  /** What limits the number of users first, with its share of the limit. */
  readonly bottleneck: string;
}

/** The demand of some users. */
export function demandOf(users: number, measured: Measured): Demand {
  const rate = (perDay: number) => users * perDay * BUSIEST_HOUR / 3600;
  const sum = (amount: (command: typeof COMMANDS[number]) => number) =>
    COMMANDS.reduce((all, one) => all + rate(OPERATIONS_A_DAY[one.name]) * amount(one), 0);
  const messages = rate(OPERATIONS_A_DAY.say);
  const deliveries = messages * users * SEATED;
  return {
    operations: sum(() => 1),
    reads: sum(({ name }) => billedOf(name).reads),
    writes: sum(({ name }) => billedOf(name).writes + billedOf(name).removals),
    bus: sum(({ name }) => billedOf(name).bus),
    spread: sum(({ name }) => billedOf(name).spread),
    bytes: sum(({ bytes }) => bytes),
    ...{ messages, deliveries },
    thread: sum(({ name }) => measured.processor[name].thread / 1000),
    others: sum(({ name }) => measured.processor[name].others / 1000),
    delivering: deliveries * measured.deliveryMs / 1000,
    sessions: users * CONNECTED,
    leases: rate(OPERATIONS_A_DAY.lock) * LEASE_SECONDS,
  };
}

/** Servers that each resource asks for, as a number with fractions. */
function serversFor(demand: Demand, storeMs: number): Readonly<Record<string, number>> {
  const each = (amount: number, limit: number) => amount / (limit * PLANNED_SHARE);
  const { thread, delivering, others, sessions, bytes, reads, writes } = demand;
  const work = delivering > thread + others ? "chat messages" : "files";
  return {
    [`the thread of a server, for ${delivering > thread ? "chat messages" : "files"}`]: each(
      thread + delivering,
      1,
    ),
    [`both cores of a server, for ${work}`]: each(thread + delivering + others, 2),
    "connections of a server": each(sessions, MAX_CONNECTIONS),
    "the line of a server": each(bytes, LINE_BYTES),
    "requests of a server to the store": each(
      (reads + writes) * storeMs / 1000,
      MAX_STORE_REQUESTS,
    ),
  };
}

/** The shares of what a whole cluster has only once. */
function sharesOf(demand: Demand, servers: number): Readonly<Record<string, number>> {
  return {
    "writes to one prefix of the store": demand.writes / CITED.storeWrites,
    "reads from one prefix of the store": demand.reads / CITED.storeReads,
    "the bus": (demand.bus + demand.spread * servers) / CITED.busWrites,
    "leases of a cluster": demand.leases / MAX_CLUSTER_LEASES,
  };
}

const largest = (all: Readonly<Record<string, number>>) =>
  Object.entries(all).reduce((most, one) => one[1] > most[1] ? one : most);

/**
 * Plans for some users: as few clusters as their shared parts allow, and as many servers in each as
 * they need.
 *
 * @param storeMs Milliseconds until the store has answered a request.
 */
export function planFor(users: number, measured: Measured, storeMs: number): Plan {
  let divided = "";
  for (let clusters = 1;; clusters++) {
    const demand = demandOf(users / clusters, measured);
    const [resource, need] = largest(serversFor(demand, storeMs));
    const least = users > SINGLE_SERVER_USERS ? LEAST_SERVERS : 1;
    const servers = Math.max(least, Math.ceil(need));
    const [shared, share] = largest(sharesOf(demand, servers));
    if (share > PLANNED_SHARE) {
      divided = `${shared}, hence ${clusters + 1} clusters; then `;
      continue;
    }
    const own = need / servers * PLANNED_SHARE;
    const bottleneck = share > own
      ? `${divided}${shared} (${percent(share)})`
      : `${divided}${resource} (${percent(own)})`;
    const all = Object.entries(demand).map(([name, amount]) => [name, amount * clusters]);
    return {
      ...{ users, clusters, servers: servers * clusters, bottleneck },
      demand: Object.fromEntries(all),
    };
  }
}

const percent = (share: number) => `${Math.max(1, Math.round(share * 100))} %`;
