/**
 * The launcher script of a portable executable, run by a real shell. A script replaces the runtime, so
 * that unpacking takes milliseconds.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { digestList, sha256 } from "../../../tools/compile/digests.ts";
import { launcher } from "../../../tools/compile/portable.ts";
import { writeTar } from "../../../tools/compile/tar.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NEEDS_TMUX, Terminal } from "../../../testing/terminal.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";

const SOURCES = new URL("../../../tools/compile/", import.meta.url);

/** Runs settle.ts with the real runtime, and tells everything else it was started with. */
const RUNTIME = `#!/bin/sh
case "$*" in
*settle.js*) shift; exec "${Deno.execPath()}" run "$@" ;;
*) for word; do printf '%s\\n' "$word"; done; cat; exit 42 ;;
esac
`;

interface Portable extends AsyncDisposable {
  readonly dir: TempDir;
  readonly path: string;
  readonly id: string;
  /** The folder with everything unpacked in the home's cache. */
  readonly cache: string;
}

/** A portable executable of a made-up program, and an empty home. */
async function portable(spoil: (bytes: Uint8Array) => void = () => {}): Promise<Portable> {
  const dir = await tempDir();
  const settle = `import ${JSON.stringify(new URL("settle.ts", SOURCES).href)};\n`;
  const encoder = new TextEncoder();
  const files = new Map(
    Object.entries({ deno: RUNTIME, "settle.js": await bundledSettle(dir), "prog.js": settle })
      .map(([name, text]) => [name, encoder.encode(text)]),
  );
  const list = digestList(files);
  files.set("SHA256SUMS", encoder.encode(list));
  const id = sha256(list);
  const template = await Deno.readTextFile(new URL("launcher.sh", SOURCES));
  const words = { PROGRAM: "prog", VERSION: "1", TARGET: "here", ENTRY: "prog.js" };
  const script = launcher(template, { ...words, ID: id, FLAGS: "--only '--these=A,B_*'" });
  const archive = writeTar(
    [...files].map(([name, bytes]) => ({ name, bytes, executable: name === "deno" })),
  );
  spoil(archive);
  const packed = gzipSync(archive);
  const bytes = new Uint8Array(script.length + packed.length);
  bytes.set(script);
  bytes.set(packed, script.length);
  await Deno.writeFile(dir.join("prog"), bytes, { mode: 0o755 });
  await Deno.mkdir(dir.join("home"));
  await Deno.mkdir(dir.join("tmp"));
  const cache = join(dir.path, "home/.cache/ft");
  return {
    ...{ dir, id, cache, path: dir.join("prog") },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

async function bundledSettle(dir: TempDir): Promise<string> {
  const output = dir.join("settle.js");
  const source = fileURLToPath(new URL("settle.ts", SOURCES));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", "--output", output, source],
  }).output();
  assert(success);
  return await Deno.readTextFile(output);
}

async function run(
  { dir, path }: Portable,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(path, {
    args: [...args],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: dir.join("home"),
      TMPDIR: dir.join("tmp"),
      ...env,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

Deno.test("the launcher starts the program with its flags, its arguments and its exit code", async () => {
  await using program = await portable();
  for (let i = 0; i < 2; i++) {
    const { code, stdout, stderr } = await run(program, ["a b", "", "--", "*", "$HOME"]);
    assertEquals([code, stderr], [42, ""]);
    assertEquals(stdout.split("\n"), [
      ...["run", "--only", "--these=A,B_*", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
      ...[`${program.cache}/${program.id}/prog.js`, "a b", "", "--", "*", "$HOME", ""],
    ]);
  }
  assertEquals(names(program.cache), [program.id]);
});

Deno.test({
  name: "the launcher says on a terminal that it unpacks, once",
  ...NEEDS_TMUX,
  async fn() {
    await using program = await portable();
    const { dir, path } = program;
    for (const says of [true, false]) {
      const script = `HOME=${dir.join("home")} ${path} </dev/null; echo "exit $?"; exec sleep 1000`;
      await using terminal = await Terminal.open(["sh", "-c", script], { cwd: dir.path });
      const screen = await terminal.shows(/^exit 42$/m);
      assertEquals(screen.includes("prog: unpacking (once)…"), says, screen);
    }
  },
});

Deno.test("the launcher prefers an absolute XDG_CACHE_HOME, and ignores a relative one", async () => {
  await using program = await portable();
  await run(program, [], { XDG_CACHE_HOME: program.dir.join("else where") });
  assertEquals(names(program.dir.join("else where/ft")), [program.id]);
  await run(program, [], { XDG_CACHE_HOME: "relative" });
  assertEquals(names(program.cache), [program.id]);
});

Deno.test("the launcher uses the temporary folder if the home folder is not writable", async () => {
  for (const HOME of ["", "/dev/null", "/proc/nowhere"]) {
    await using program = await portable();
    assertEquals((await run(program, [], { HOME })).code, 42);
    const [own] = names(program.dir.join("tmp"));
    assertMatch(own!, /^ft-\d+$/);
    assertEquals(names(program.dir.join(`tmp/${own}`)), [program.id]);
  }
});

Deno.test("the launcher does not try endlessly where nothing can be started", async () => {
  await using program = await portable();
  const XDG_CACHE_HOME = program.dir.join("file");
  await Deno.writeTextFile(XDG_CACHE_HOME, "no folder");
  assertEquals((await run(program, [], { XDG_CACHE_HOME })).code, 42);
  await Deno.remove(XDG_CACHE_HOME);
  assertEquals((await run(program, [], { XDG_CACHE_HOME })).code, 42);
  await assertRejects(() => Deno.stat(XDG_CACHE_HOME), Deno.errors.NotFound);
});

Deno.test("the launcher starts nothing from a folder behind a symbolic link", async () => {
  await using program = await portable();
  await Deno.mkdir(join(program.dir.path, "home/.cache"));
  await Deno.mkdir(program.dir.join("theirs"));
  await Deno.symlink(program.dir.join("theirs"), program.cache);
  assertEquals((await run(program)).code, 42);
  assertEquals(names(program.dir.join("theirs")), []);
});

Deno.test("the launcher reports a folder that belongs to another user", async () => {
  await using program = await portable();
  const temporary = program.dir.join(`tmp/ft-${Deno.uid()}`);
  await Deno.symlink(program.dir.join("home"), temporary);
  const { code, stderr } = await run(program, [], { HOME: "" });
  assertEquals(code, 1);
  assertEquals(stderr, `prog: cannot unpack: ${temporary} does not belong to this user\n`);
});

Deno.test("the launcher repairs an unpacked folder without its program", async () => {
  await using program = await portable();
  await run(program);
  await Deno.remove(`${program.cache}/${program.id}/prog.js`);
  assertEquals((await run(program)).code, 42);
  assertEquals(names(program.cache), [program.id]);
});

Deno.test("the launcher ignores a folder that an earlier start unpacked incompletely", async () => {
  await using program = await portable();
  const left = `${program.cache}/.${program.id}.1`;
  await Deno.mkdir(left, { recursive: true });
  await Deno.writeTextFile(`${left}/deno`, "half");
  assertEquals((await run(program)).code, 42);
});

Deno.test("launchers that start at the same time all run, and leave one folder", async () => {
  await using program = await portable();
  const ended = await Promise.all(Array.from({ length: 5 }, () => run(program)));
  assertEquals(ended.map(({ code }) => code), Array(5).fill(42));
  assertEquals(names(program.cache), [program.id]);
});

Deno.test("the launcher refuses content that does not match its digest, and removes it", async () => {
  await using program = await portable((archive) => {
    // Within a file, so that the archive itself stays well formed.
    const at = new TextDecoder("latin1").decode(archive).lastIndexOf("settle.ts");
    archive[at]! ^= 1;
  });
  const { code, stdout, stderr } = await run(program);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr, "prog: cannot unpack: prog.js does not match its digest\n");
  assertEquals(names(program.cache), []);
});
