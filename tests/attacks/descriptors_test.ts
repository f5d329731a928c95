/**
 * All file descriptors of a process used up: by connections, by open files, or from the start.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { codeOf } from "../../lib/base/os_errors.ts";
import { rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { programFromTask, withDescriptors } from "../../testing/programs/program.ts";
import {
  type Finished,
  RunningProgram,
  runProgram,
} from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";
import { DESCRIPTORS, Flood, FULL, scarceSystem, SLOW_MS } from "./scarce_system.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

async function ask(system: System, command: "status" | "locks"): Promise<Finished> {
  const program = await programFromTask("ftserver");
  return await runProgram(program, [command, "--json", "--state", system.state]);
}

async function get(system: System, path: string): Promise<string> {
  const [, url] = /metrics=(http:\S+)/.exec(system.log) ?? [];
  const response = await fetch(`${url}${path}`);
  return `${response.status} ${(await response.text()).slice(0, 12)}`;
}

/** The answer to a request over HTTP; empty if the connection was closed without one. */
async function overHttp(system: System): Promise<string> {
  // A connection that is kept would be used again, which needs no descriptor.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  try {
    const headers = { accept: "application/json" };
    const response = await fetch(`${system.webUrl}/files/`, { client, headers });
    return `${response.status} ${(await response.text()).slice(0, 200)}`;
  } catch {
    return "";
  }
}

/** Files that a client uploads. */
const FILES = 16;
const LEGACY = ["line", "framed", "oneshot", "updown", "json"];

Deno.test({
  name: "descriptors-used-up-then-health-check: every door survives, and the log names the cause",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await scarceSystem();
    {
      using flood = await Flood.begin(system);
      const status = await ask(system, "status");
      assertEquals([status.code, status.stderr], [0, ""]);
      assertEquals((await ask(system, "locks")).code, 0);
      for (let i = 0; i < 20; i++) assertEquals(await get(system, "/healthz"), "200 ok\n");
      assertEquals(await get(system, "/metrics"), "200 # TYPE ftser");
      for (const scheme of ["ft", ...LEGACY.map((dialect) => `ft+${dialect}`)]) {
        const { stderr } = await flood.refused(scheme);
        assertMatch(stderr, /the server has too many open files/, scheme);
      }
      const answer = await flood.until(() => overHttp(system), (text) => /^503 /.test(text));
      assertMatch(answer, /the server has too many open files/);
      const count = (pattern: RegExp) => [...system.log.matchAll(pattern)].length;
      const failed = count(new RegExp(FULL, "g"));
      const recovered = count(/accept\.recovered listen=ft:/g);
      assert(failed <= recovered + 1, `${failed} lines in ${recovered + 1} episodes`);
    }
    const listed = await system.client(["ls", "--retries", "6"]);
    assertEquals([listed.code, listed.stderr], [0, ""]);
    assertMatch(await overHttp(system), /^200 \[/);
    await system.stop();
    assertEquals(((await system.ended) as Finished).code, 0);
  },
});

/** Every kind of request that opens a file or a folder, below a folder with some. */
const REQUESTS: Record<string, (remote: Remote, at: string) => Promise<unknown>> = {
  list: ({ files }, at) => Array.fromAsync(files.list(`${at}/d`, { recursive: true })),
  sum: ({ files }, at) => files.sum(`${at}/big`, "md5"),
  manifest: async ({ files }, at) => Array.fromAsync((await files.manifest(`${at}/big`)).digests),
  async read({ files }, at) {
    await using reading = await files.read(`${at}/big`);
    return await Array.fromAsync(reading.blocks);
  },
  readMany: async ({ files }, at) =>
    allOf(await Array.fromAsync(files.readMany([`${at}/d/a`, `${at}/d/b`]))),
  async stage({ files }, at) {
    await using upload = await files.stage(`${at}/staged`);
    await upload.commit({ bytes: 0, root: rootOf(new Uint8Array(), 0) });
  },
  async writeMany({ files }, at) {
    const facts = { bytes: new Uint8Array(3), mtimeMs: 0, executable: false };
    const many = Array.from({ length: 40 }, (_, i) => smallFile({ path: `${at}/${i}`, ...facts }));
    return allOf(await files.writeMany(many));
  },
  move: ({ files }, at) => files.move(`${at}/d/a`, `${at}/moved`),
  remove: ({ files }, at) => files.remove(`${at}/e`, { recursive: true }),
};

/** Creates what the requests need. */
async function prepare(system: System, at: string): Promise<void> {
  for (const folder of ["d", "e"]) {
    await Deno.mkdir(system.served(`${at}/${folder}`), { recursive: true });
    for (const name of ["a", "b"]) {
      await Deno.writeTextFile(system.served(`${at}/${folder}/${name}`), name);
    }
  }
  await Deno.writeFile(system.served(`${at}/big`), new Uint8Array(3 * BLOCK_BYTES));
}

/** Throws the first error among the results of a batch. */
function allOf<T extends object>(results: readonly T[]): readonly T[] {
  for (const result of results) if ("error" in result) throw result.error;
  return results;
}

/** Sends one request. */
async function resultOf(remote: Remote, kind: string, at: string): Promise<string> {
  try {
    await REQUESTS[kind]!(remote, at);
    return "done";
  } catch (error) {
    return `${codeOf(error)}: ${(error as Error).message}`;
  }
}

Deno.test({
  name: "descriptors-used-up: a request that needs one is a limit, and nothing is lost",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await scarceSystem();
    const options = { timeoutMs: SLOW_MS };
    await using remote = await openRemote(parseEndpoint(system.url), options);
    const refusedAt = new Map<string, string>();
    {
      using flood = await Flood.begin(system);
      for (const kind of Object.keys(REQUESTS)) {
        let tries = 0;
        const request = async () => {
          const at = `${kind}${tries++}`;
          await prepare(system, at);
          refusedAt.set(kind, at);
          return await resultOf(remote, kind, at);
        };
        const result = await flood.until(request, (result) => result !== "done");
        assertMatch(result, /^limit: .*: too many open files$/, kind);
      }
    }
    await system.client(["ls", "--retries", "6"]);
    for (const [kind, at] of refusedAt) {
      assertEquals(await resultOf(remote, kind, at), "done", kind);
    }
  },
});

Deno.test({
  name:
    "descriptors-used-up by one client's open files: others get the reason, the operator an answer",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await scarceSystem();
    await Deno.writeFile(system.served("big"), new Uint8Array(40 * BLOCK_BYTES).fill(7));
    await using stack = new AsyncDisposableStack();
    const remote = stack.use(await openRemote(parseEndpoint(system.url), { timeoutMs: SLOW_MS }));
    const reads = await Promise.allSettled(
      Array.from({ length: DESCRIPTORS }, () => remote.files.read("big")),
    );
    const codes = reads.map((read) => read.status === "rejected" ? codeOf(read.reason) : "open");
    assertEquals(new Set(codes), new Set(["open", "limit"]));
    const logged = /warning request\.refused .*cannot open big: too many open files/;
    assert(await system.logs(logged, 0, SLOW_MS));
    const flood = stack.use(new Flood(system));
    assertMatch((await flood.refused("ft")).stderr, /the server has too many open files/);
    assertEquals((await ask(system, "status")).code, 0);
    assertEquals(await get(system, "/healthz"), "200 ok\n");
    await stack.disposeAsync();
    assertEquals((await system.client(["ls", "--retries", "6"])).code, 0);
  },
});

Deno.test({
  name: "descriptors-used-up: a server that would have too few does not start, and says so",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const program = withDescriptors(await programFromTask("ftserver"), 60);
    const { code, stderr } = await runProgram(program, [
      ...["--root", dir.path, "--state", dir.join("state"), "--listen", "ft://127.0.0.1:0"],
      ...["--log-level", "warning"],
    ]);
    assertEquals([code, stderr], [8, "ftserver: fewer than 80 files can be open (ulimit -n)\n"]);
  },
});

Deno.test({
  name: "descriptors-used-up in the client: it says so at once for each file, and the rest arrives",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await System.start();
    await Deno.mkdir(system.at("src"));
    const names = Array.from({ length: FILES }, (_, i) => `f${i}`);
    for (const name of names) {
      await Deno.writeFile(system.at(`src/${name}`), new Uint8Array(100_000));
    }
    const codes = new Set<number>();
    // How many descriptors the runtime itself needs differs; with too few, it does not start.
    for (let count = 24; !codes.has(0); count += 2) {
      const program = withDescriptors(system.programs.client, count);
      await Deno.mkdir(system.served(`n${count}/src`), { recursive: true });
      const args = ["put", "src", "-r", "--to", `n${count}`, "--retries", "6"];
      const { code, stderr, seconds } = await system.client(args, { program });
      if (code === 1 || stderr.includes("panicked")) continue;
      codes.add(code);
      if (code === 0) continue;
      assert(code === 8 || code === 23, stderr);
      assertMatch(stderr, /too many open files/);
      assertEquals(/^ftclient: .*os error|trying again/m.test(stderr), false, stderr);
      assert(seconds < 30, `${seconds} s`);
      // The folder itself may be what could not be read.
      if (code === 8 || stderr.includes("src: too many open files")) continue;
      const failed = stderr.match(/^ftclient: .*: too many open files$/gm) ?? [];
      const arrived = [...Deno.readDirSync(system.served(`n${count}/src`))];
      assertEquals(failed.length + arrived.length, FILES, stderr);
    }
    assert(codes.has(8) || codes.has(23), "it never failed");
  },
});

/** Uses up all descriptors except `free`, then hashes more than is hashed without workers. */
function hashWith(free: number): string {
  const at = (path: string) => JSON.stringify(pathToFileURL(join(REPOSITORY, path)).href);
  return `
    import { Hasher } from ${at("lib/blocks/hasher.ts")};
    const held = [];
    try {
      while (true) held.push(Deno.openSync("/dev/null"));
    } catch {
      for (let i = 0; i < ${free}; i++) held.pop().close();
    }
    using hasher = new Hasher(2);
    for (let i = 0; i < 12; i++) await hasher.digest(new Uint8Array(1 << 20).fill(7));
    console.log("hashed");
  `;
}

Deno.test({
  name: "descriptors-used-up: no hash worker is started, as the runtime would end the program",
  ...NEEDS_POSIX,
  async fn() {
    const args = ["run", "--no-prompt", "--allow-read", "--no-check"];
    const deno = {
      path: Deno.execPath(),
      args: [...args, "-c", join(REPOSITORY, "deno.json"), "-"],
    };
    for (const free of [0, 3, 6]) {
      const program = withDescriptors(deno, DESCRIPTORS);
      await using child = RunningProgram.start(program, [], { stdin: hashWith(free) });
      const { code, stdout, stderr } = await child.finished;
      assertEquals([code, stdout], [0, "hashed\n"], stderr);
    }
  },
});
