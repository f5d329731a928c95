import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { LOG_RETRY_MS, MAX_LOG_FILES, MAX_LOG_RUNS } from "../../../lib/base/limits.ts";
import { createLogger } from "../../../lib/base/log.ts";
import { FtError } from "../../../lib/base/errors.ts";
import { openLogFile } from "../../../lib/cli/log/log_file.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../../testing/files/tiny_disk.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const at = new Date("2026-01-31T12:00:05.678Z");
const neverFails = (error: Error) => {
  throw error;
};

Deno.test("openLogFile names files by program and time, and adds a number if needed", async () => {
  await using dir = await tempDir();
  const options = { dir: `${dir.path}/logs`, program: "server", at, onError: neverFails };
  using first = await openLogFile({ ...options, format: "json" });
  using second = await openLogFile({ ...options, format: "text" });
  assertEquals(first.path, `${dir.path}/logs/server_20260131_120005.log`);
  assertEquals(second.path, `${dir.path}/logs/server_20260131_120005_2.log`);
  createLogger(first.sink).info("a.b", { name: "x\ny", password: "hunter2" });
  createLogger(second.sink).info("a.b", { name: "x\ny", token: "hunter2" });
  const { name, password } = JSON.parse(await Deno.readTextFile(first.path));
  assertEquals([name, password], ["x\ny", "[redacted]"]);
  assertMatch(
    await Deno.readTextFile(second.path),
    /^\S+ info {4}a\.b name="x\\ny" token=\[redacted\]\n$/,
  );
});

Deno.test("openLogFile rotates at the cap and keeps few files, with the newest lines", async () => {
  await using dir = await tempDir();
  const maxBytes = 1000;
  {
    using file = await openLogFile({
      ...{ dir: dir.path, program: "client", format: "text", maxBytes, onError: neverFails },
    });
    const log = createLogger(file.sink);
    for (let n = 0; n < 500; n++) log.info("count.up", { n });
  }
  const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  assertEquals(names.length <= MAX_LOG_FILES + 1 && names.length > 2, true, names.join());
  for (const name of names) {
    assertEquals((await Deno.stat(`${dir.path}/${name}`)).size <= maxBytes, true, name);
  }
  const all = names.map((name) => Deno.readTextFileSync(`${dir.path}/${name}`)).join("");
  assertMatch(all, / n=499\n/);
});

Deno.test("openLogFile removes the files of the oldest runs, and no other file", async () => {
  await using dir = await tempDir();
  const old = (n: number) => `server_20250101_${String(n).padStart(6, "0")}.log`;
  for (let n = 0; n < MAX_LOG_RUNS + 3; n++) await Deno.writeTextFile(`${dir.path}/${old(n)}`, "");
  const others = [`${old(0)}.1`, "client_20200101_000000.log", "server_notes.log"];
  for (const name of others) await Deno.writeTextFile(`${dir.path}/${name}`, "");
  using file = await openLogFile({
    ...{ dir: dir.path, program: "server", format: "text", onError: neverFails },
  });
  const left = new Set([...Deno.readDirSync(dir.path)].map(({ name }) => name));
  assertEquals([left.has(old(3)), left.has(old(4))], [false, true]);
  assertEquals(others.map((name) => left.has(name)), [false, true, true]);
  assertEquals(left.has(file.path.split("/").at(-1)!), true);
});

Deno.test("openLogFile refuses a folder that it cannot write", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/plain`, "");
  const options = { dir: `${dir.path}/plain`, program: "x", format: "text", onError: neverFails };
  await assertRejects(() => openLogFile(options as never), FtError, "Cannot write a log in");
});

Deno.test("openLogFile reports the first error, and continues when the file can be written", async () => {
  await using dir = await tempDir();
  const errors: string[] = [];
  const onError = ({ message }: Error) => errors.push(message);
  const logs = dir.join("logs");
  const options = { dir: logs, program: "client", format: "text", maxBytes: 200, onError } as const;
  using file = await openLogFile(options);
  using time = new FakeTime();
  const log = createLogger(file.sink);
  await Deno.remove(logs, { recursive: true });
  await Deno.writeTextFile(logs, "no folder");
  for (let n = 0; n < 20; n++) log.info("count.up", { n });
  assertEquals(errors.length, 1);
  assertMatch(errors[0]!, /^Cannot write the log file: /);
  await Deno.remove(logs);
  await Deno.mkdir(logs);
  log.info("too.early");
  await time.advance(LOG_RETRY_MS);
  log.info("it.works");
  const lines = (await Deno.readTextFile(file.path)).trimEnd().split("\n");
  assertEquals(lines.map((line) => line.replace(/^\S+ \w+ +/, "")), [
    "it.works",
    "log.resumed lost=21",
  ]);
  assertEquals(errors.length, 1);
});

Deno.test({
  name: "log-on-a-full-disk: it continues when there is room, on a line of its own",
  ...NEEDS_MOUNT,
  async fn() {
    await using disk = (await tinyDisk(64 * 1024))!;
    const errors: string[] = [];
    const onError = ({ message }: Error) => errors.push(message);
    using file = await openLogFile({ dir: disk.path, program: "server", format: "json", onError });
    using time = new FakeTime();
    const log = createLogger(file.sink);
    await Deno.writeFile(`${disk.path}/ballast`, new Uint8Array(40 * 1024));
    while (errors.length === 0) log.info("fill.up", { text: "x".repeat(1000) });
    assertEquals(errors, ["Cannot write the log file: disk full"]);
    await Deno.remove(`${disk.path}/ballast`);
    await time.advance(LOG_RETRY_MS);
    log.info("it.works");
    const lines = (await Deno.readTextFile(file.path)).trimEnd().split("\n");
    const events = lines.slice(-2).map((line) => JSON.parse(line).event);
    assertEquals(events, ["it.works", "log.resumed"]);
  },
});
