/**
 * Scrubs: rot is found and named, beside a running server; what was never hashed is recorded; an
 * interrupted scrub continues.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { SCRUB_LOOK_MS } from "../../lib/base/limits.ts";
import { Hasher } from "../../lib/blocks/hasher.ts";
import { readScrub, runScrub } from "../../lib/server/scrub_run.ts";
import { ScrubSchedule } from "../../lib/server/scrub_schedule.ts";
import type { ScrubbedFile } from "../../lib/service/scrub.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { sampleBytes } from "../../testing/content.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { rot } from "../../testing/files/rot.ts";
import { System } from "../../testing/programs/system.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const MiB = 1024 * 1024;

/** A folder whose files were all recorded. */
async function recorded(files: Record<string, Uint8Array>) {
  const dir = await tempDir();
  const [root, state] = [dir.join("root"), dir.join("state")];
  await Deno.mkdir(`${root}/d/e`, { recursive: true });
  await Deno.mkdir(state);
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${root}/${name}`, bytes);
  const run = async (path = ".", signal?: AbortSignal, onFile?: (file: ScrubbedFile) => void) => {
    const seen: string[] = [];
    await using store = await FsStore.open(root, { readOnly: true });
    using cache = DigestCache.open(`${state}/digests.sqlite`);
    using hasher = new Hasher(0);
    const result = await runScrub({ store, cache, hasher }, {
      ...{ state, path, signal },
      onFile(file) {
        seen.push([file.path, file.state, ...file.blocks ?? []].join(" "));
        onFile?.(file);
      },
    });
    return { seen, result };
  };
  return { root, state, run, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

const FILES = {
  "b": sampleBytes(3 * MiB + 5),
  "d/a": sampleBytes(10),
  "d/e/x": new Uint8Array(0),
  "d.txt": sampleBytes(2),
  "a": sampleBytes(70_000),
};

Deno.test("bit-flip-on-disk: a scrub names the file and its blocks, and records what was unknown", async () => {
  await using at = await recorded(FILES);
  const names = ["a", "b", "d/a", "d/e/x", "d.txt"];
  const first = await at.run();
  assertEquals(first.seen, names.map((name) => `${name} recorded`));
  assertEquals([first.result.recorded, first.result.damaged], [5, 0]);
  assertEquals((await at.run()).seen, names.map((name) => `${name} intact`));
  await rot(at.root, at.state, "b", 2 * MiB);
  await rot(at.root, at.state, "d/a", 3);
  const { seen, result } = await at.run();
  assertEquals(seen.slice(1, 3), ["b damaged 2", "d/a damaged 0"]);
  assertEquals([result.damaged, result.recorded, result.bytes], [2, 0, 3 * MiB + 70_017]);
  assertEquals((await at.run("d")).seen, ["d/a damaged 0", "d/e/x intact"]);
  assertEquals((await at.run("d.txt")).seen, ["d.txt intact"]);
});

Deno.test("a file that was changed is recorded anew; a link is left out", async () => {
  await using at = await recorded({ a: sampleBytes(10) });
  await at.run();
  await Deno.writeFile(`${at.root}/a`, sampleBytes(10, 2));
  await Deno.symlink("/etc/passwd", `${at.root}/link`);
  assertEquals((await at.run()).seen, ["a recorded"]);
});

Deno.test("an interrupted scrub continues where it was, and its result has what was found before", async () => {
  await using at = await recorded(FILES);
  await at.run();
  await rot(at.root, at.state, "a", 1);
  for (const stopAfter of ["a", "b", "d/a", "d/e/x"]) {
    const stop = new AbortController();
    const onFile = ({ path }: ScrubbedFile) => {
      if (path === stopAfter) stop.abort(new Error("stopped"));
    };
    await at.run(".", stop.signal, onFile).catch((error) => assertEquals(error.message, "stopped"));
    assertEquals(readScrub(at.state)?.after, stopAfter);
    assertEquals(readScrub(at.state)?.endedMs, undefined);
  }
  const { seen, result } = await at.run();
  assertEquals(seen, ["d.txt intact"]);
  assertEquals([result.files, result.damaged, result.named], [5, 1, [{ path: "a", blocks: [0] }]]);
  assertEquals((await at.run()).result.files, 5, "the next one begins anew");
});

Deno.test("a broken file of progress begins a scrub anew", async () => {
  await using at = await recorded({ a: sampleBytes(10) });
  await Deno.writeTextFile(`${at.state}/scrub.json`, '{"path":"."');
  assertEquals((await at.run()).seen, ["a recorded"]);
});

Deno.test("clock-jump: scheduled scrubs follow each other, also when the clock is set back", async () => {
  await using at = await recorded({ a: sampleBytes(10) });
  const events: LogEvent[] = [];
  const log = createLogger((event) => events.push(event));
  await using store = await FsStore.open(at.root, { readOnly: true });
  using cache = DigestCache.open(`${at.state}/digests.sqlite`);
  using hasher = new Hasher(0);
  const ended = () => events.filter(({ event }) => event === "scrub.end").length;
  using time = new FakeTime();
  const everyMs = 10 * SCRUB_LOOK_MS;
  await using _schedule = new ScrubSchedule({ store, cache, hasher }, {
    ...{ state: at.state, everyMs, log },
  });
  const until = async (count: number) => {
    for (let i = 0; i < 1000 && ended() < count; i++) await time.settle();
  };
  await until(1);
  assertEquals(ended(), 1);
  for (let i = 0; i < 8; i++) await time.advance(SCRUB_LOOK_MS);
  assertEquals(ended(), 1, "it is not due yet");
  for (let i = 0; i < 3; i++) await time.advance(SCRUB_LOOK_MS);
  await until(2);
  assertEquals(ended(), 2);
});

Deno.test({
  name: "ftserver scrub, beside a running server, exits with 6 for rot and names it",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await System.start();
    await Deno.writeFile(system.at("f"), sampleBytes(2 * MiB + 1));
    assertEquals((await system.client(["put", "f"])).code, 0);
    const scrub = (...args: string[]) =>
      runProgram(system.programs.server, ["scrub", ...args, "--state", system.state]);
    const clean = await scrub();
    assertEquals([clean.code, clean.stdout], [0, ""], clean.stderr);
    assertMatch(clean.stderr, /^1 file \(2\.0 MiB\): none damaged/);
    await rot(system.root, system.state, "f", MiB + 7);
    const found = await scrub();
    assertEquals([found.code, found.stdout], [6, "damaged: f: blocks 1\n"], found.stderr);
    const json = await scrub("--json", "--path", "f", "--rate", "100Mi");
    assertEquals(json.code, 6);
    assertEquals(json.stdout.split("\n").slice(0, 2).map((line) => JSON.parse(line)), [
      { name: "f", state: "damaged", blocks: [1] },
      { files: 1, bytes: 2 * MiB + 1, damaged: 1, repaired: 0, unreadable: 0, recorded: 0 },
    ]);
  },
});
