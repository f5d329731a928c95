/**
 * `curl` against HTTP access.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const NEEDS_CURL = await needsProgram("curl", "--version");
const CONTENT = sampleBytes(5 * BLOCK_BYTES + 77);

/** Runs curl in the test's folder; the answer's status is the last line of stdout. */
function curl(server: WebServer, ...args: readonly string[]): Promise<Finished> {
  const given = args.map((arg) => arg.startsWith("/") ? `${server.webUrl}${arg}` : arg);
  const quiet = ["-sS", "--max-time", "60", "-w", "%{http_code}\n"];
  const options = { cwd: server.dir.path };
  return RunningProgram.start({ path: "curl", args: quiet }, given, options).finished;
}

Deno.test({
  name: "curl -C - resumes a download, and --range takes parts",
  ...NEEDS_CURL,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(join(server.root, "big"), CONTENT);
    const part = server.dir.join("out");
    await Deno.writeFile(part, CONTENT.subarray(0, BLOCK_BYTES + 5));
    const resumed = await curl(server, "-C", "-", "-o", "out", "/files/big");
    assertEquals([resumed.code, resumed.stdout], [0, "206\n"], resumed.stderr);
    assertEquals(await fileSha256(part), sha256(CONTENT));
    const again = await curl(server, "-C", "-", "-o", "out", "/files/big");
    assertEquals(again.stdout, "416\n", "the file is complete");
    const range = await curl(server, "--range", "10-19", "-o", "range", "/files/big");
    assertEquals(range.stdout, "206\n");
    assertEquals(await Deno.readFile(server.dir.join("range")), CONTENT.slice(10, 20));
    const parts = await curl(server, "--range", "0-1,-2", "-o", "parts", "/files/big");
    assertEquals(parts.stdout, "206\n");
  },
});

Deno.test({
  name: "curl -z downloads only what is newer",
  ...NEEDS_CURL,
  async fn() {
    await using server = await webServer();
    await Deno.writeTextFile(join(server.root, "a"), "new");
    await Deno.utime(join(server.root, "a"), 1_000_000_000, 1_000_000_000);
    const since = async (date: string) =>
      (await curl(server, "-z", date, "-o", "out", "/files/a")).stdout;
    assertEquals(await since("Sun, 09 Sep 2001 01:46:39 GMT"), "200\n");
    assertEquals(await since("Sun, 09 Sep 2001 01:46:40 GMT"), "304\n");
    // By its tag, too.
    const tagged = () =>
      curl(server, "--etag-save", "tag", "--etag-compare", "tag", "-o", "out", "/files/a");
    assertEquals((await tagged()).stdout, "200\n");
    assertEquals((await tagged()).stdout, "304\n");
  },
});

Deno.test({
  name: "curl -T uploads: with 100-continue, without it, and from a pipe",
  ...NEEDS_CURL,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(server.dir.join("big"), CONTENT);
    const kinds: Record<string, readonly string[]> = {
      asked: ["--expect100-timeout", "30", "-T", "big"],
      unasked: ["-H", "Expect:", "-T", "big"],
      chunked: ["-H", "Transfer-Encoding: chunked", "-T", "big"],
    };
    for (const [name, args] of Object.entries(kinds)) {
      const began = performance.now();
      const { code, stdout, stderr } = await curl(server, ...args, `/files/${name}`);
      assertEquals([code, stdout], [0, "201\n"], stderr);
      assertEquals(await fileSha256(join(server.root, name)), sha256(CONTENT), name);
      // Without an answer to its question, curl would have waited.
      assertEquals(performance.now() - began < 30_000, true, name);
    }
    const options = { cwd: server.dir.path, stdin: "piped" };
    const args = ["-sS", "-T", "-", `${server.webUrl}/files/piped`];
    const program = { path: "curl", args: [] };
    assertEquals((await RunningProgram.start(program, args, options).finished).code, 0);
    assertEquals(await Deno.readTextFile(join(server.root, "piped")), "piped");
  },
});

Deno.test({
  name: "curl is refused before it sends the content, and says why",
  ...NEEDS_CURL,
  async fn() {
    await using server = await webServer({ anonymous: "read" });
    await Deno.writeFile(server.dir.join("big"), CONTENT);
    const refused = await curl(server, "--expect100-timeout", "30", "-T", "big", "/files/big");
    assertMatch(refused.stdout, /"code":"not_allowed".*\n401\n$/);
    const unasked = await curl(server, "-H", "Expect:", "-T", "big", "/files/big");
    assertMatch(unasked.stdout, /401\n$/);
    assertEquals(server.logged().filter(([event]) => event === "transfer.start"), []);
  },
});
