/**
 * `deno task compile`: makes the executables in `dist/`.
 *
 * Native where `deno compile` can have its base runtime, else portable. `--all` makes them for every
 * target, `--portable` does not try the native form, `--fast` compresses less.
 *
 * @module
 */

import { VERSION } from "../../lib/base/version.ts";
import { formatBytes } from "../../lib/cli/format/sizes.ts";
import { join } from "../../testing/paths.ts";
import { REPOSITORY, runWell } from "../../testing/programs.ts";
import { renderTable } from "../table.ts";
import { type Bundle, makeBundle } from "./bundle.ts";
import { digestList } from "./digests.ts";
import { makeNative, NoBaseRuntime } from "./native.ts";
import { makePayload, makePortable } from "./portable.ts";
import { NoRuntime, readRuntime } from "./runtimes.ts";
import { hostTarget, type ProgramName, PROGRAMS, type Target, TARGETS } from "./targets.ts";

interface Wishes {
  readonly all: boolean;
  readonly portable: boolean;
  readonly fast: boolean;
}

/** An executable that was made. */
interface Made {
  readonly name: string;
  readonly form: "native" | "portable";
  readonly bytes: number;
}

const DIST = join(REPOSITORY, "dist");
const NAMES = Object.keys(PROGRAMS) as ProgramName[];

type NameOf = (program: ProgramName) => string;

/** Makes executables in a folder, and remembers whether the native form is to be had. */
class Maker {
  readonly made: Made[] = [];
  readonly missing: string[] = [];
  #nativeWorks: boolean;

  constructor(readonly bundle: Bundle, readonly folder: string, readonly wishes: Wishes) {
    this.#nativeWorks = !wishes.portable;
  }

  /** Makes both programs for a target, or notes why not. */
  async make(target: Target, nameOf: NameOf): Promise<void> {
    try {
      // DENORT_BIN is one base runtime, and surely this machine's.
      const may = this.#nativeWorks && (target === hostTarget() || !Deno.env.has("DENORT_BIN"));
      const native = may && await this.#tryNative(target, nameOf);
      if (!native) await this.#makePortable(target, nameOf);
      for (const name of NAMES.map(nameOf)) await this.#note(name, native ? "native" : "portable");
    } catch (error) {
      if (!(error instanceof NoRuntime)) throw error;
      this.missing.push(`${target.name}: ${error.message}`);
    }
  }

  /** Gives what was made for this machine the plain names too. */
  async copyOf(target: Target, nameOf: NameOf): Promise<void> {
    for (const program of NAMES) {
      const from = this.made.find(({ name }) => name === nameOf(program));
      if (from === undefined) continue;
      const name = program + target.suffix;
      await Deno.copyFile(join(this.folder, from.name), join(this.folder, name));
      await this.#note(name, from.form);
    }
  }

  async #note(name: string, form: Made["form"]): Promise<void> {
    const { size } = await Deno.stat(join(this.folder, name));
    this.made.push({ name, form, bytes: size });
  }

  async #tryNative(target: Target, nameOf: NameOf): Promise<boolean> {
    try {
      for (const program of NAMES) {
        await makeNative(this.bundle, program, target, join(this.folder, nameOf(program)));
      }
      return true;
    } catch (error) {
      if (!(error instanceof NoBaseRuntime)) throw error;
      console.error(
        "Deno's site, which has the base runtime that `deno compile` needs, cannot be reached " +
          "and DENORT_BIN names none: making the portable form, which unpacks itself once",
      );
      this.#nativeWorks = false;
      return false;
    }
  }

  async #makePortable(target: Target, nameOf: NameOf): Promise<void> {
    if (!target.hasShell) throw new NoRuntime("it has no shell for the portable form");
    const runtime = await readRuntime(target);
    const payload = await makePayload(this.bundle, runtime, this.wishes.fast ? 1 : 9);
    for (const program of NAMES) {
      await makePortable(payload, program, target, join(this.folder, nameOf(program)));
    }
  }
}

async function main(): Promise<number> {
  const wishes = readWishes(Deno.args);
  await Deno.mkdir(DIST, { recursive: true });
  const work = await Deno.makeTempDir({ dir: DIST, prefix: ".making-" });
  try {
    const out = join(work, "out");
    await Deno.mkdir(out);
    const maker = new Maker(await makeBundle(join(work, "bundle")), out, wishes);
    await makeTargets(maker);
    await tryOut(maker, join(work, "cache"));
    await publish(maker);
    return report(maker);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

function readWishes(args: readonly string[]): Wishes {
  const unknown = args.find((arg) => !["--all", "--portable", "--fast"].includes(arg));
  if (unknown !== undefined) throw new Error(`Cannot compile with ${unknown}: no such flag`);
  const has = (flag: string) => args.includes(flag);
  return { all: has("--all"), portable: has("--portable"), fast: has("--fast") };
}

async function makeTargets(maker: Maker): Promise<void> {
  const host = hostTarget();
  if (!maker.wishes.all) return await maker.make(host, (program) => program + host.suffix);
  for (const target of TARGETS) {
    const nameOf = (program: ProgramName) => `${program}-${target.name}${target.suffix}`;
    await maker.make(target, nameOf);
    if (target === host) await maker.copyOf(target, nameOf);
  }
}

/** Starts what was made for this machine, once. */
async function tryOut({ made, folder }: Maker, cache: string): Promise<void> {
  for (const program of NAMES) {
    const found = made.find(({ name }) => name === program + hostTarget().suffix);
    if (found === undefined) continue;
    const { stdout } = await runWell({ path: join(folder, found.name), args: [] }, ["--version"], {
      XDG_CACHE_HOME: cache,
    });
    if (stdout.trim() !== `${program} ${VERSION} (${found.form})`) {
      throw new Error(`${found.name} does not start: it says ${stdout.trim()}`);
    }
  }
}

/** Moves what was made to its place, all of it or nothing. */
async function publish({ made, folder }: Maker): Promise<void> {
  const files: [string, Uint8Array][] = [];
  for (const { name } of made) files.push([name, await Deno.readFile(join(folder, name))]);
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), digestList(files));
  for (const name of [...made.map(({ name }) => name), "SHA256SUMS"]) {
    await Deno.rename(join(folder, name), join(DIST, name));
  }
}

function report({ made, missing }: Maker): number {
  const rows = made.map(({ name, form, bytes }) => [`dist/${name}`, form, formatBytes(bytes)]);
  console.log(`ft ${VERSION}`);
  for (const line of renderTable(rows, ["left", "left", "right"])) console.log(line);
  for (const line of missing) console.error(`not made: ${line}`);
  return missing.length === 0 ? 0 : 1;
}

Deno.exit(await main());
