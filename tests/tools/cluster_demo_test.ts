/**
 * `deno task cluster:demo`.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { RunningProgram, type RunOptions } from "../../testing/programs/running_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { NEEDS_POSIX, skipUnless } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const NEEDS_ENGINES = NEEDS_CEPH.ignore
  ? NEEDS_CEPH
  : skipUnless(!NEEDS_NATS.ignore, NEEDS_NATS.reason);

/** The demo starts a dozen processes, which takes long on a busy machine. */
const TIMEOUT_MS = 8 * 60_000;

/** Starts the demo, whose folders are all in one. */
function demo(dir: string, options: RunOptions = {}): RunningProgram {
  const args = ["run", "-A", "--no-check", join(REPOSITORY, "tools/cluster_demo.ts")];
  const env = { TMPDIR: dir, NO_COLOR: "1", ...options.env };
  return RunningProgram.start({ path: Deno.execPath(), args }, [], {
    ...{ timeoutMs: TIMEOUT_MS, ...options, env },
  });
}

/** The command lines of processes that have to do with a folder. */
async function running(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(dir)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

const names = async (dir: string) => (await Array.fromAsync(Deno.readDir(dir))).map((e) => e.name);

Deno.test({
  name:
    "cluster:demo shows an upload that goes on at another server and a chat, and leaves nothing",
  ...NEEDS_ENGINES,
  timeout: TIMEOUT_MS,
  async fn() {
    await using dir = await tempDir();
    await using program = demo(dir.path);
    const { code, stdout, stderr } = await program.finished;
    assertEquals(code, 0, stdout + stderr);
    assertMatch(stdout, /server A is killed[^]*same {2}sha256/);
    assertMatch(stdout, /bob reads: .*I am at server B\n[^]*ana reads: .*I am at server C\n/);
    assertEquals([await running(dir.path), await names(dir.path)], [[], []]);
  },
});

Deno.test({
  name: "cluster:demo ends all it has started after Ctrl-C",
  ...NEEDS_ENGINES,
  timeout: TIMEOUT_MS,
  async fn() {
    await using dir = await tempDir();
    await using program = demo(dir.path);
    await program.printed(/server of an upload is killed/);
    program.signal("SIGINT");
    const { code, stderr } = await program.finished;
    assertEquals([code, stderr], [130, ""]);
    assertEquals([await running(dir.path), await names(dir.path)], [[], []]);
  },
});

Deno.test({
  name: "cluster:demo says which packages it needs",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    await using program = demo(dir.path, { env: { PATH: dir.path } });
    const { code, stderr } = await program.finished;
    assertEquals(code, 1);
    assertMatch(stderr, /cannot run: nats-server is not installed\nOn Debian: apt-get install/);
  },
});
