/**
 * Mirrors (`--delete`) and watches whose client or server is killed while they remove and send. No
 * wire is stopped: the fault strikes when the client has reported the first removal or file.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../../testing/files/same_files.ts";
import type { RunningProgram } from "../../testing/programs/running_program.ts";
import type { System } from "../../testing/programs/system.ts";
import type { Random } from "../../testing/random.ts";
import type { Cell, Round } from "../cell.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Target } from "../work.ts";

/** Files that the target has in addition: removing them takes a while. */
const EXTRAS = 400;
const KEPT = 5;
const KILLED = 137;

type Way = "get" | "put";
type Side = "client" | "server";

/** The command of a mirror, and its files. */
interface Mirrored {
  readonly args: readonly string[];
  readonly kept: readonly Target[];
  /** Those to remove, whose content must never change. */
  readonly extras: readonly Target[];
  /** The target folder. */
  readonly folder: string;
}

async function mirrored(system: System, random: Random, way: Way): Promise<Mirrored> {
  const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
  const write = async (name: string, sides: readonly string[]): Promise<Target> => {
    const content = random.bytes(50 + name.length);
    for (const side of sides) {
      await Deno.mkdir(join(side, "d/sub"), { recursive: true });
      await Deno.writeFile(join(side, name), content);
    }
    return { path: join(to, name), old: content, new: content };
  };
  const [kept, extras]: Target[][] = [[], []];
  for (let i = 0; i < KEPT; i++) kept!.push(await write(`d/kept_${i}`, [from, to]));
  for (let i = 0; i < EXTRAS; i++) extras!.push(await write(`d/sub/extra_${i}`, [to]));
  await Deno.remove(join(from, "d/sub"), { recursive: true });
  const args = [way, "-r", "d", "--overwrite", "--delete", "--max-delete", "1000", "--json"];
  return { args, kept: kept!, extras: extras!, folder: join(to, "d") };
}

/** Kills one side, and starts the server again. */
async function kill(system: System, client: RunningProgram, side: Side): Promise<void> {
  if (side === "client") {
    client.signal("SIGKILL");
    await client.finished;
    return;
  }
  await system.kill();
  await client.finished;
  await system.resume();
}

/** Every file that was to be removed is whole where it is: in its place, set aside, or gone for good. */
async function requireWhole(system: System, { extras, folder }: Mirrored, way: Way): Promise<void> {
  const asides = [...Deno.readDirSync(system.work)].map(({ name }) => name)
    .filter((name) => name.startsWith("d.deleted-"));
  for (const { path, new: content } of extras) {
    const rest = path.slice(folder.length + 1);
    const places = [path, ...asides.map((name) => join(system.work, name, rest))];
    const found = places.filter((place) => exists(place));
    if (found.length > 1 || way === "get" && found.length === 0) {
      throw new verdict.Wrong(`${rest} is in ${found.length} places`);
    }
    for (const place of found) await verdict.isAnyOf(place, [content]);
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

async function strikeMirror(round: Round, way: Way, side: Side): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await mirrored(system, round.random, way);
  const client = system.spawn(job.args);
  const removes = client.printed(/"op":"rm"/).then(() => true, () => false);
  if (!await Promise.race([removes, client.finished.then(() => false)])) return;
  await kill(system, client, side);
  round.struck();
  // The local removals of a get need no server any more.
  const codes = side === "client" ? [KILLED] : way === "get" ? [0, 5] : [0, 5, 23];
  verdict.exited(await client.finished, codes);
  const all = { args: job.args, targets: job.kept, entries: [] };
  await verdict.completed(all);
  await requireWhole(system, job, way);
  await verdict.serves(system);
  verdict.exited(await system.client(job.args), [0], "the second client");
  await verdict.completed(all);
  await requireWhole(system, job, way);
  await requireNames(job.folder, job.kept.map(({ path }) => path.slice(job.folder.length + 1)));
}

async function requireNames(folder: string, expected: readonly string[]): Promise<void> {
  const found = await filesBelow(folder);
  if (found.join() === [...expected].sort().join()) return;
  throw new verdict.Wrong(`${folder} has ${found.slice(0, 10)}`);
}

async function strikeWatch(round: Round, side: Side): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const source = join(system.work, "w");
  await Deno.mkdir(source);
  for (let i = 0; i < KEPT; i++) await Deno.writeFile(join(source, `f${i}`), random(round, i));
  const args = ["watch", source, "--to", "w", "--json"];
  await using client = system.spawn(args, { env: { FTCLIENT_RETRIES: "0" } });
  await client.printed(/"state":"equal"/);
  for (let i = 0; i < EXTRAS; i++) await Deno.writeFile(join(source, `n${i}`), random(round, i));
  await Deno.remove(join(source, "f0"));
  await client.printed(/"name":"w\/n/);
  if (side === "client") {
    await kill(system, client, "client");
  } else {
    await system.kill();
    await system.resume();
  }
  round.struck();
  await verdict.serves(system);
  if (side === "client") {
    verdict.exited(await system.client([...args, "--once"]), [0], "watch --once");
  } else {
    // A journal of the killed server may restore the file of an earlier round.
    await Deno.writeFile(join(source, "last"), random(round, EXTRAS));
    await client.printed(/"name":"w\/last"/);
    // The last file may arrive before others; a look at everything is the end of all attempts.
    client.signal("SIGINT");
    verdict.exited(await client.finished, [130]);
    verdict.exited(await system.client([...args, "--once"]), [0], "watch --once");
  }
  for (const name of await filesBelow(source)) {
    await verdict.isAnyOf(join(system.root, "w", name), [await Deno.readFile(join(source, name))]);
  }
  await requireNames(join(system.root, "w"), await filesBelow(source));
}

function random(round: Round, i: number): Uint8Array<ArrayBuffer> {
  return round.random.bytes(100 + i);
}

/** Returns the cells of this family. */
export function mirrors(): Cell[] {
  const cell = (work: string, side: Side, run: Cell["run"]): Cell => ({
    ...{ dialect: "native", work, fault: `kill-${side}`, phase: "first-change" },
    ...{ rounds: 4, quick: 1, run },
  });
  return (["client", "server"] as const).flatMap((side) => [
    cell("mirror-get", side, (round) => strikeMirror(round, "get", side)),
    cell("mirror-put", side, (round) => strikeMirror(round, "put", side)),
    cell("watch", side, (round) => strikeWatch(round, side)),
  ]);
}
