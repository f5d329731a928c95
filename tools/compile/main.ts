/**
 * `deno task compile`: builds the executables in `dist/`.
 *
 * They are native if `deno compile` can get its base runtime, else portable. `--all` builds them for
 * every target, `--portable` does not try the native form, `--fast` compresses less.
 *
 * @module
 */

import { VERSION } from "../../lib/base/version.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { formatBytes } from "../../lib/base/format_bytes.ts";
import { join } from "node:path";
import { renderTable } from "../../testing/table.ts";
import { type Bundle, makeBundle } from "./bundle.ts";
import { digestList } from "./digests.ts";
import { makeNative, NoBaseRuntime } from "./native.ts";
import { makePayload, makePortable } from "./portable.ts";
import { NoRuntime, readRuntime } from "./runtimes.ts";
import { hostTarget, type ProgramName, PROGRAMS, type Target, TARGETS } from "./targets.ts";

interface Options {
  readonly all: boolean;
  readonly portable: boolean;
  readonly fast: boolean;
}

/** A built executable. */
interface Built {
  readonly name: string;
  readonly form: "native" | "portable";
  readonly bytes: number;
}

const DIST = join(REPOSITORY, "dist");
const NAMES = Object.keys(PROGRAMS) as ProgramName[];

type NameOf = (program: ProgramName) => string;

/** Builds executables in a folder, and remembers whether the native form is possible. */
class Builder {
  readonly built: Built[] = [];
  readonly missing: string[] = [];
  #nativeWorks: boolean;

  constructor(readonly bundle: Bundle, readonly folder: string, readonly options: Options) {
    this.#nativeWorks = !options.portable;
  }

  /** Builds both programs for a target, or records why this failed. */
  async make(target: Target, nameOf: NameOf): Promise<void> {
    try {
      // DENORT_BIN names a single base runtime, which is the one for this machine.
      const possible = this.#nativeWorks &&
        (target === hostTarget() || !Deno.env.has("DENORT_BIN"));
      const native = possible && await this.#tryNative(target, nameOf);
      if (!native) await this.#makePortable(target, nameOf);
      for (const name of NAMES.map(nameOf)) await this.#note(name, native ? "native" : "portable");
    } catch (error) {
      if (!(error instanceof NoRuntime)) throw error;
      this.missing.push(`${target.name}: ${error.message}`);
    }
  }

  /** Copies the executables for this machine to their names without a target. */
  async copyOf(target: Target, nameOf: NameOf): Promise<void> {
    for (const program of NAMES) {
      const from = this.built.find(({ name }) => name === nameOf(program));
      if (from === undefined) continue;
      const name = program + target.suffix;
      await Deno.copyFile(join(this.folder, from.name), join(this.folder, name));
      await this.#note(name, from.form);
    }
  }

  async #note(name: string, form: Built["form"]): Promise<void> {
    const { size } = await Deno.stat(join(this.folder, name));
    this.built.push({ name, form, bytes: size });
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
        "Cannot download the base runtime for `deno compile` from Deno's site, and DENORT_BIN " +
          "is not set: building the portable form, which unpacks itself at the first start",
      );
      this.#nativeWorks = false;
      return false;
    }
  }

  async #makePortable(target: Target, nameOf: NameOf): Promise<void> {
    if (!target.hasShell) throw new NoRuntime("the portable form needs a shell");
    const runtime = await readRuntime(target);
    const payload = await makePayload(this.bundle, runtime, this.options.fast ? 1 : 9);
    for (const program of NAMES) {
      await makePortable(payload, program, target, join(this.folder, nameOf(program)));
    }
  }
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  await Deno.mkdir(DIST, { recursive: true });
  const work = await Deno.makeTempDir({ dir: DIST, prefix: ".building-" });
  try {
    const out = join(work, "out");
    await Deno.mkdir(out);
    const builder = new Builder(await makeBundle(join(work, "bundle")), out, options);
    await buildTargets(builder);
    await tryOut(builder, join(work, "cache"));
    await publish(builder);
    return report(builder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

function readOptions(args: readonly string[]): Options {
  const unknown = args.find((arg) => !["--all", "--portable", "--fast"].includes(arg));
  if (unknown !== undefined) throw new Error(`unknown flag: ${unknown}`);
  const has = (flag: string) => args.includes(flag);
  return { all: has("--all"), portable: has("--portable"), fast: has("--fast") };
}

async function buildTargets(builder: Builder): Promise<void> {
  const host = hostTarget();
  if (!builder.options.all) return await builder.make(host, (program) => program + host.suffix);
  for (const target of TARGETS) {
    const nameOf = (program: ProgramName) => `${program}-${target.name}${target.suffix}`;
    await builder.make(target, nameOf);
    if (target === host) await builder.copyOf(target, nameOf);
  }
}

/** Starts the executables for this machine, as a check. */
async function tryOut({ built, folder }: Builder, cache: string): Promise<void> {
  for (const program of NAMES) {
    const found = built.find(({ name }) => name === program + hostTarget().suffix);
    if (found === undefined) continue;
    const { stdout } = await runSuccessfully({ path: join(folder, found.name), args: [] }, [
      "--version",
    ], {
      XDG_CACHE_HOME: cache,
    });
    if (stdout.trim() !== `${program} ${VERSION} (${found.form})`) {
      throw new Error(`${found.name} does not start: it prints ${stdout.trim()}`);
    }
  }
}

/** Moves the executables to `dist/`, after all of them were built and checked. */
async function publish({ built, folder }: Builder): Promise<void> {
  const files: [string, Uint8Array][] = [];
  for (const { name } of built) files.push([name, await Deno.readFile(join(folder, name))]);
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), digestList(files));
  for (const name of [...built.map(({ name }) => name), "SHA256SUMS"]) {
    await Deno.rename(join(folder, name), join(DIST, name));
  }
}

function report({ built, missing }: Builder): number {
  const rows = built.map(({ name, form, bytes }) => [`dist/${name}`, form, formatBytes(bytes)]);
  console.log(`ft ${VERSION}`);
  for (const line of renderTable(rows, ["left", "left", "right"])) console.log(line);
  for (const line of missing) console.error(`not built: ${line}`);
  return missing.length === 0 ? 0 : 1;
}

Deno.exit(await main());
