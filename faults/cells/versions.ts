/**
 * Overwrites, removals and restores with versions kept, whose server is killed at each change of a
 * name, or whose client at each end of a request: every content is there once, under the name or as
 * a version.
 *
 * @module
 */

import type { System } from "../../testing/programs/system.ts";
import type { Rule } from "../../testing/planned/plan.ts";
import { plannedSystem } from "../../testing/planned/planned_system.ts";
import { withTimeout } from "../../testing/with_timeout.ts";
import type { Cell, Round } from "../cell.ts";
import { findFrame } from "../frames.ts";
import { sample } from "../os/sweep.ts";
import { faultyWire } from "../strike.ts";
import { PROBE, tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import { freezeAt, type Place } from "../wire.ts";

const KILLED = 137;
/** Operations that change names. */
const NAMING = ["rename", "link", "remove", "mkdir"] as const;
/** Milliseconds until a client must reach the place of the fault. */
const ARRIVAL_MS = 15_000;

/** A command, and the contents of its file. */
interface Kept {
  readonly name: string;
  /** Contents that the file gets one after the other. */
  readonly before: readonly string[];
  /** The content that the command sends. @default it sends none */
  readonly sent?: string;
  args(file: string): readonly string[];
  /** Contents that the file may have after the fault; `null` for no file. */
  readonly now: readonly (string | null)[];
}

const WORKS: readonly Kept[] = [
  {
    name: "versions-overwrite",
    ...{ before: ["old"], sent: "new", now: ["old", "new"] },
    args: (file) => ["put", file, "--overwrite"],
  },
  {
    name: "versions-rm",
    ...{ before: ["old"], now: ["old", null] },
    args: (file) => ["rm", file],
  },
  {
    name: "versions-restore",
    ...{ before: ["first", "second"], now: ["first", "second"] },
    args: (file) => ["restore", file],
  },
];

async function done(system: System, args: readonly string[], codes = [0]): Promise<string> {
  const ended = await system.client(args);
  verdict.exited(ended, codes, `ftclient ${args[0]}`);
  return ended.stdout;
}

async function prepare(system: System, { before, sent }: Kept, file: string): Promise<void> {
  for (const content of before) {
    await Deno.writeTextFile(system.at(file), content);
    await done(system, ["put", file, "--overwrite"]);
  }
  if (sent !== undefined) await Deno.writeTextFile(system.at(file), sent);
}

/** The content of a file on the server, and those of its versions. */
async function contents(system: System, file: string) {
  const now = await Deno.readTextFile(system.served(file)).catch(() => null);
  const kept: string[] = [];
  for (const line of (await done(system, ["versions", file, "--json"], [0, 3])).split("\n")) {
    if (line === "") continue;
    const { rev } = JSON.parse(line);
    await done(system, ["get", file, "--rev", `${rev}`, "-o", "kept", "--overwrite"]);
    kept.push(await Deno.readTextFile(system.at("kept")));
  }
  return { now, kept };
}

/** Checks that nothing is lost or twice there, and that the command works afterwards. */
async function requireAll(system: System, work: Kept, file: string): Promise<void> {
  const found = await contents(system, file);
  const what = JSON.stringify(found);
  if (!work.now.includes(found.now)) throw new verdict.Wrong(`${file} has ${what}`);
  const all = [found.now, ...found.kept];
  for (const content of work.before) {
    const times = all.filter((one) => one === content).length;
    if (times !== 1) throw new verdict.Wrong(`${content} is there ${times} times: ${what}`);
  }
  await verdict.serves(system);
  // What was removed already cannot be removed.
  await done(system, work.args(file), found.now === null ? [0, 3] : [0]);
}

async function killServer(round: Round, work: Kept): Promise<void> {
  await using planned = await plannedSystem();
  const { system, server } = planned;
  await Deno.writeTextFile(system.served(PROBE.name), PROBE.content);
  // The first one makes folders, too.
  for (const file of ["first", "second"]) {
    await prepare(system, work, file);
    await server.arm([]);
    await done(system, work.args(file));
  }
  const ops = (await server.ops()).filter(({ op }) => NAMING.some((name) => name === op));
  const moments = ops.flatMap((op, i) =>
    (["before", "after"] as const).map((when) => ({ op, nth: i + 1, when }))
  );
  for (const [i, { nth, when }] of sample(round, moments).entries()) {
    const file = `file_${i}`;
    await prepare(system, work, file);
    const rule: Rule = { ops: NAMING, nth, when, deed: { kind: "kill" } };
    await server.arm([rule]);
    // Work in the background may have changed names first, or be what is struck.
    verdict.exited(await system.client(work.args(file)), [0, 5]);
    round.struck(await server.strikes());
    await server.arm([]);
    await system.restart();
    await requireAll(system, work, file);
  }
}

/** Before the server has heard of the request, and when it has answered. */
const PLACES: readonly (() => Place)[] = [
  () => ({ way: "up", find: findFrame(({ type }) => type === "REQU" ? 0 : null) }),
  () => ({ way: "down", find: findFrame(({ type }) => type === "RPLY" ? 0 : null) }),
];

async function killClient(round: Round, work: Kept): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const file = `client_${round.number}`;
  await prepare(system, work, file);
  // The last place comes first, as it is what a quick run has.
  const place = PLACES.at(-1 - round.number % PLACES.length)!;
  await using wire = await faultyWire(system.url, place, freezeAt);
  const client = system.spawn(work.args(file), { env: { FTCLIENT_HOST: wire.url } });
  await withTimeout(wire.happened, ARRIVAL_MS, () => {
    throw new verdict.Wrong("the client never reached the place of the fault");
  });
  client.signal("SIGKILL");
  verdict.exited(await client.finished, [KILLED]);
  wire.cut();
  round.struck();
  await requireAll(system, work, file);
}

/** Returns the cells of this family. */
export function versions(): Cell[] {
  return WORKS.flatMap((work) => {
    const cell = { dialect: "native", work: work.name, phase: "each-step", quick: 1 };
    return [
      {
        ...{ ...cell, fault: "kill-server", rounds: 1, needs: ["linux"], timeoutMs: 600_000 },
        run: (round) => killServer(round, work),
      },
      {
        ...{ ...cell, fault: "kill-client", rounds: PLACES.length },
        run: (round) => killClient(round, work),
      },
    ] satisfies Cell[];
  });
}
