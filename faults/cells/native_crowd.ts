/**
 * Many clients at once, which are killed at random moments, as is the server now and then.
 *
 * @module
 */

import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { Random } from "../../testing/random.ts";
import type { System } from "../../testing/programs/system.ts";
import * as verdict from "../verdict.ts";
import type { Job, Target } from "../work.ts";

const MiB = 1024 * 1024;
const KILLED = 137;
/** Milliseconds after its start within which a client is killed. */
const KILL_WITHIN_MS = 1200;
/** The minimum and maximum of milliseconds until the server is killed. */
const SERVER_LIVES_MS = [1500, 6000] as const;

/** The number of clients, and the duration. */
interface Crowd {
  readonly clients: number;
  readonly seconds: number;
}

/** A client that uploads and downloads its own files in turns, each time with new content. */
class Member {
  readonly #system: System;
  readonly #random: Random;
  readonly #name: string;
  readonly #turns: readonly Turn[];

  constructor(system: System, random: Random, number: number) {
    this.#system = system;
    this.#random = random;
    this.#name = `c${number}`;
    const [put, get] = [`${this.#name}/put.bin`, `${this.#name}/get.bin`];
    this.#turns = [
      {
        args: ["put", put, "--to", this.#name, "--overwrite"],
        source: system.at(put),
        target: system.served(put),
        possible: [null],
      },
      {
        args: ["get", get, "-d", this.#name, "--overwrite"],
        source: system.served(get),
        target: system.at(get),
        possible: [null],
      },
    ];
  }

  /** Creates its folders. */
  async begin(): Promise<void> {
    for (const folder of [this.#system.root, this.#system.work]) {
      await Deno.mkdir(join(folder, this.#name));
    }
  }

  /** Takes turns until the time is over. @returns The number of kills. */
  async run(over: AbortSignal): Promise<number> {
    let kills = 0;
    while (!over.aborted) {
      const turn = this.#random.pick(this.#turns);
      await this.#change(turn);
      const client = this.#system.spawn(turn.args);
      const timer = this.#random.next() < 0.6
        ? setTimeout(() => client.signal("SIGKILL"), this.#random.below(KILL_WITHIN_MS))
        : undefined;
      const ended = await client.finished;
      clearTimeout(timer);
      if (ended.code === KILLED) kills++;
      verdict.exited(ended, [0, 5, KILLED]);
      if (ended.code === 0) turn.possible = turn.possible.slice(-1);
      await verdict.isAnyOf(turn.target, turn.possible);
    }
    return kills;
  }

  /** Replaces the source with new content by a rename. */
  async #change(turn: Turn): Promise<void> {
    const content = this.#random.bytes(1 + this.#random.below(2.5 * MiB));
    await Deno.writeFile(`${turn.source}~`, content);
    await Deno.rename(`${turn.source}~`, turn.source);
    turn.possible = [...turn.possible, content];
  }

  /** Transfers both files a last time without kills, and returns the expected result. */
  async finish(): Promise<Job> {
    const targets: Target[] = [];
    for (const { args, target, possible } of this.#turns) {
      if (possible.length === 1 && possible[0] === null) continue;
      verdict.exited(await this.#system.client(args), [0], "the last ftclient");
      targets.push({ path: target, old: null, new: possible.at(-1)! });
    }
    const job = { args: [], targets, entries: this.#entries(targets.length > 0) };
    await verdict.completed(job);
    return job;
  }

  #entries(moved: boolean): string[] {
    const names = this.#turns.filter(({ possible }) => moved && possible.at(-1) !== null)
      .map(({ args }) => args[1]!);
    return ["root", "work"].flatMap((top) => [
      `${top}/${this.#name}/`,
      ...names.map((name) => `${top}/${name}`),
    ]);
  }
}

/** A command, its source and target, and the versions that the target may have. */
interface Turn {
  readonly args: readonly string[];
  readonly source: string;
  readonly target: string;
  /** The last version is the content of the source. */
  possible: (Uint8Array | null)[];
}

/** Kills the server at random moments. @returns The number of kills. */
async function killServer(system: System, random: Random, over: AbortSignal): Promise<number> {
  const [least, most] = SERVER_LIVES_MS;
  for (let kills = 0;; kills++) {
    await pause(least + random.below(most - least), over);
    if (over.aborted) return kills;
    await system.kill();
    await system.resume();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

async function run(round: Round, { clients, seconds }: Crowd): Promise<void> {
  const system = await round.system();
  const over = AbortSignal.timeout(seconds * 1000);
  const members = Array.from(
    { length: clients },
    (_, i) => new Member(system, new Random(round.random.below(2 ** 32)), i),
  );
  for (const member of members) await member.begin();
  const kills = await Promise.all([
    killServer(system, round.random, over),
    ...members.map((member) => member.run(over)),
  ]);
  round.struck(kills.reduce((sum, count) => sum + count, 0));
  await verdict.serves(system);
  const entries: string[] = [];
  for (const member of members) entries.push(...(await member.finish()).entries);
  await system.stop();
  await system.resume();
  await verdict.nothingElse(system, { args: [], targets: [], entries });
}

/** Returns the cells of this family. */
export function nativeCrowd(): Cell[] {
  return [{
    ...{ dialect: "native", work: "crowd", fault: "random-kills", phase: "any" },
    ...{ rounds: 1, quick: 1, timeoutMs: 900_000, alone: true },
    system: { args: ["--max-connections-per-host", "500"] },
    run: (round) =>
      run(round, round.full ? { clients: 100, seconds: 300 } : { clients: 20, seconds: 10 }),
  }];
}
