/**
 * Every flag of `get` and `put` has an effect or is refused: with files and with a pipe, over every
 * dialect. A new flag without a row here fails.
 */

import { assertEquals } from "@std/assert";
import { partPaths } from "../../../lib/client/transfer/get/part_names.ts";
import { type Expected, flagNames, mismatch, observe } from "../../../testing/cli/flag_walk.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

/** Compressible, and long enough that a limited rate delays it. */
const TEXT = "a line that repeats itself\n".repeat(8000);
const OLD = new Date("2001-02-03T04:05:06Z");

/** The folders of one test. */
interface Scene {
  readonly server: TestServer;
  /** The local folder. */
  readonly work: string;
}

/** A flag, how to give it, and what it must do in the four kinds of runs. */
interface Row {
  readonly give: (scene: Scene) => string[];
  /** Prepares a scene in which it matters. */
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  /** The name to transfer. @default the file */
  readonly name?: string;
  readonly native: readonly [file: Expected, pipe: Expected];
  readonly legacy: readonly [file: Expected, pipe: Expected];
}

type Rows = Record<string, Omit<Row, "give"> & { readonly give?: Row["give"] }>;

const EFFECT = ["effect", "effect"] as const;
const FILES_ONLY = ["effect", "refused"] as const;
const REFUSED = ["refused", "refused"] as const;
const MAXIMUM = { because: "it is a maximum, which a single file keeps" } as const;

const REMEMBERED = {
  because: "tests/client/transfer/remembered_roots_test.ts changes files under the same facts",
} as const;

/** The rows that both commands have. */
const BOTH: Rows = {
  delete: { native: REFUSED, legacy: REFUSED },
  "max-delete": { give: () => ["--max-delete", "1"], native: REFUSED, legacy: REFUSED },
  include: { give: () => ["--include", "*.none"], native: FILES_ONLY, legacy: FILES_ONLY },
  exclude: { give: () => ["--exclude", "*.txt"], native: FILES_ONLY, legacy: FILES_ONLY },
  "dry-run": { native: FILES_ONLY, legacy: REFUSED },
  compress: { native: EFFECT, legacy: REFUSED },
  checksum: { native: [REMEMBERED, "refused"], legacy: REFUSED },
  "no-times": { native: FILES_ONLY, legacy: REFUSED },
  progress: { give: () => ["--progress", "json"], native: EFFECT, legacy: EFFECT },
  bwlimit: { give: () => ["--bwlimit", "400K"], native: EFFECT, legacy: EFFECT },
  transfers: {
    give: () => ["--transfers", "1"],
    native: [MAXIMUM, MAXIMUM],
    legacy: [MAXIMUM, MAXIMUM],
  },
};

const LARGE = {
  because: "tests/resilience/lanes_test.ts moves large files over them",
} as const;

const GROWS = { because: "tests/client/transfer/snapshot_test.ts copies files that grow" } as const;

const writeOther = ({ work }: Scene) => Deno.writeTextFile(`${work}/a.txt`, "other");

const GET: Rows = {
  ...BOTH,
  dir: { give: ({ work }) => ["-d", `${work}/sub`], native: FILES_ONLY, legacy: FILES_ONLY },
  rev: { give: () => ["--rev", "999"], native: EFFECT, legacy: REFUSED },
  output: { give: ({ work }) => ["-o", `${work}/b.txt`], native: EFFECT, legacy: EFFECT },
  recursive: { name: "tree", native: FILES_ONLY, legacy: REFUSED },
  lanes: { give: () => ["--lanes", "2"], native: [LARGE, "refused"], legacy: REFUSED },
  overwrite: { prepare: writeOther, native: FILES_ONLY, legacy: FILES_ONLY },
  rename: { prepare: writeOther, native: FILES_ONLY, legacy: FILES_ONLY },
  snapshot: { native: [GROWS, GROWS], legacy: REFUSED },
  "no-resume": {
    prepare: ({ work }) => Deno.writeTextFile(partPaths(`${work}/a.txt`).part, TEXT),
    native: FILES_ONLY,
    legacy: REFUSED,
  },
};

const serveOther = ({ server }: Scene) => Deno.writeTextFile(`${server.root}/up.txt`, "other");

const PUT: Rows = {
  ...BOTH,
  to: { give: () => ["--to", "sub"], native: EFFECT, legacy: EFFECT },
  as: { give: () => ["--as", "b.txt"], native: EFFECT, legacy: EFFECT },
  recursive: { name: "tree", native: FILES_ONLY, legacy: FILES_ONLY },
  lanes: { give: () => ["--lanes", "2"], native: [LARGE, LARGE], legacy: REFUSED },
  overwrite: { prepare: serveOther, native: EFFECT, legacy: REFUSED },
  rename: { prepare: serveOther, native: EFFECT, legacy: FILES_ONLY },
  snapshot: { native: [GROWS, "refused"], legacy: [GROWS, "refused"] },
  share: { native: EFFECT, legacy: REFUSED },
  receipt: {
    give: ({ server: { dir } }) => ["--receipt", dir.join("receipt.json")],
    native: EFFECT,
    legacy: REFUSED,
  },
  ttl: { give: () => ["--ttl", "1h"], native: REFUSED, legacy: REFUSED },
  once: { native: REFUSED, legacy: REFUSED },
  write: { native: REFUSED, legacy: REFUSED },
  qr: { native: REFUSED, legacy: REFUSED },
  "no-resume": {
    native: [{ because: "tests/resilience/resume_test.ts cuts uploads" }, "refused"],
    legacy: REFUSED,
  },
};

/** Puts the scene back to its start. */
async function reset({ server: { root }, work }: Scene): Promise<void> {
  for (const dir of [root, work]) {
    for (const { name } of Deno.readDirSync(dir)) {
      if (name !== ".ftserver") await Deno.remove(`${dir}/${name}`, { recursive: true });
    }
  }
  const files = [`${root}/a.txt`, `${root}/tree/b.txt`, `${work}/up.txt`, `${work}/tree/b.txt`];
  for (const path of files) {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, TEXT, { mode: 0o755 });
    await Deno.utime(path, OLD, OLD);
  }
}

function commandLine(command: string, pipe: boolean, { work }: Scene, name?: string): string[] {
  if (command === "get") return ["get", pipe ? "a.txt" : name ?? "a.txt", ...pipe ? ["-o-"] : []];
  return pipe ? ["put", "-", "--as", "up.txt"] : ["put", `${work}/${name ?? "up.txt"}`];
}

/** Runs a command with a flag and without. @returns The mismatch, if there is one. */
async function walk(scene: Scene, dialect: string, pipe: boolean, command: string, flag: string) {
  const row = (command === "get" ? GET : PUT)[flag];
  if (row === undefined) return `${command} --${flag} has no row`;
  const { give = () => [`--${flag}`], prepare, name } = row;
  const scheme = dialect === "native" ? "ft" : `ft+${dialect}`;
  const { server, work } = scene;
  const env = {
    FTCLIENT_HOST: server.url.replace(/^ft/, scheme),
    FTCLIENT_DIR: work,
    XDG_STATE_HOME: server.dir.path,
  };
  const stdin = pipe && command === "put" ? TEXT : undefined;
  const typed = commandLine(command, pipe, scene, name);
  const runs = [];
  for (const more of [[], give(scene)]) {
    await reset(scene);
    await prepare?.(scene);
    const started = performance.now();
    const seen = await observe([...typed, ...more], { env, dirs: [server.root, work], stdin });
    // Only a lower bound: a busy machine may take any time without a limit.
    runs.push({ ...seen, limited: flag !== "bwlimit" || performance.now() - started > 100 });
  }
  const expected = row[dialect === "native" ? "native" : "legacy"][pipe ? 1 : 0];
  const [without, withFlag] = runs as [typeof runs[0], typeof runs[0]];
  if (flag === "bwlimit") {
    const done = withFlag.code === 0 && withFlag.limited;
    return done ? undefined : `${typed.join(" ")}: not limited: ${withFlag.stderr}`;
  }
  const problem = mismatch(expected, without, withFlag);
  return problem && `${typed.join(" ")} ${give(scene).join(" ")} over ${dialect}: ${problem}`;
}

const DIALECTS: Record<string, readonly string[]> = {
  native: ["get", "put"],
  line: ["get"],
  framed: ["get"],
  oneshot: ["get"],
  updown: ["get", "put"],
  json: ["get", "put"],
};

for (const [dialect, commands] of Object.entries(DIALECTS)) {
  for (const command of commands) {
    Deno.test(`every flag of ${command} over ${dialect} has an effect or is refused`, async () => {
      await using server = await testServer();
      const work = server.dir.join("work");
      await Deno.mkdir(work);
      const problems = [];
      for (const flag of flagNames(command)) {
        for (const pipe of [false, true]) {
          problems.push(await walk({ server, work }, dialect, pipe, command, flag));
        }
      }
      assertEquals(problems.filter((problem) => problem !== undefined), []);
    });
  }
}

Deno.test("the rows of get and put are those of their flags", () => {
  assertEquals(Object.keys(GET).sort(), flagNames("get").sort());
  assertEquals(Object.keys(PUT).sort(), flagNames("put").sort());
});
