/**
 * Counts what each command asks of a real store and a real bus.
 *
 * @module
 */

import { COUNTED_LOGIN, type CountedCluster } from "../../testing/cluster/counted_cluster.ts";
import { BUS_KINDS, type BusKind } from "../../testing/network/bus_requests.ts";
import { STORE_KINDS, type StoreKind } from "../../testing/network/store_requests.ts";
import {
  type CommandName,
  COMMANDS,
  type CountedCommand,
  FOLDER_FILES,
  LARGE_BYTES,
  SMALL_BYTES,
} from "./commands.ts";

/** What a command asks, on average. Kinds that it does not ask are absent. */
export interface CommandCounts {
  readonly store: Readonly<Partial<Record<StoreKind, number>>>;
  readonly bus: Readonly<Partial<Record<BusKind, number>>>;
}

/** The counts of all commands. */
export type Counts = Readonly<Record<CommandName, CommandCounts>>;

/** Runs of each command: what one leaves to be done later is a part of the next run. */
const RUNS = 3;

/** Kinds that do not depend on commands. */
const IN_BACKGROUND: readonly string[] = ["LOOK", "BEAT", "FLOW"];

/** Runs every command, and counts. */
export async function countCommands(cluster: CountedCluster): Promise<Counts> {
  await prepareCounting(cluster);
  const counts: Partial<Record<CommandName, CommandCounts>> = {};
  for (const command of COMMANDS) counts[command.name] = await countCommand(cluster, command);
  return counts as Counts;
}

/** Writes the files that commands send. */
export async function prepareCounting({ system }: CountedCluster): Promise<void> {
  const small = () => crypto.getRandomValues(new Uint8Array(SMALL_BYTES));
  for (let i = 0; i < RUNS; i++) {
    await Deno.writeFile(system.at(`small${i}`), small());
    const large = Array.from({ length: LARGE_BYTES / SMALL_BYTES }, small);
    await Deno.writeFile(system.at(`large${i}`), new Blob(large).stream());
    await Deno.mkdir(system.at(`folder${i}`));
    for (let n = 0; n < FOLDER_FILES; n++) {
      await Deno.writeFile(system.at(`folder${i}/f${n}`), small());
    }
  }
  await Deno.writeTextFile(system.at("password"), COUNTED_LOGIN.password, { mode: 0o600 });
}

/** Runs a command some times, and counts what it asks. Commands come in the order of COMMANDS. */
export async function countCommand(
  { system, store, bus }: CountedCluster,
  command: CountedCommand,
): Promise<CommandCounts> {
  const before = { store: store.counts, bus: bus.counts };
  const login = ["--user", COUNTED_LOGIN.user, "--password-file", system.at("password")];
  for (let run = 0; run < RUNS; run++) {
    for (const args of command.args(run)) {
      const from = system.log.length;
      const { code, stderr } = await system.client([...args, ...login]);
      if (code !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
      await system.logs(/connection\.close/, from);
    }
  }
  return {
    store: perRun(STORE_KINDS, before.store, store.counts),
    bus: perRun(BUS_KINDS, before.bus, bus.counts),
  };
}

function perRun<K extends string>(
  kinds: readonly K[],
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Partial<Record<K, number>> {
  const counted = kinds.filter((kind) => !IN_BACKGROUND.includes(kind)).map((kind) =>
    [kind, Math.round(((after[kind] ?? 0) - (before[kind] ?? 0)) / RUNS)] as const
  );
  return Object.fromEntries(counted.filter(([, count]) => count > 0)) as Partial<Record<K, number>>;
}
