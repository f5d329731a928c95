/** `ftserver FILE --once` ends after the first complete download, whatever dialect it was in. */

import { assertEquals, assertMatch } from "@std/assert";
import { rawPeer } from "../../testing/network/raw_peer.ts";
import { type Program, programFromTask } from "../../testing/programs/program.ts";
import { RunningProgram } from "../../testing/programs/running_program.ts";
import { sampleBytes } from "../../testing/content.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";

/** Large enough that the system cannot buffer it. */
const BYTES = 9_000_000;

/** Starts a server that ends after one download of a file in the folder. */
async function serveOnce(dir: TempDir, listen: string): Promise<[RunningProgram, string]> {
  const env = { XDG_STATE_HOME: dir.join("state"), XDG_CONFIG_HOME: dir.path };
  const args = [dir.join("film.bin"), "--once", "--listen", listen];
  const server = RunningProgram.start(await programFromTask("ftserver"), args, { env });
  await server.printed(/^ready$/m);
  return [server, /^listening on (\S+)$/m.exec(server.stdout)![1]!];
}

/** Downloads the file with a client of its own. @returns Its exit code. */
async function get(client: Program, dir: TempDir, url: string): Promise<number> {
  const env = { XDG_STATE_HOME: dir.join("home"), XDG_CONFIG_HOME: dir.join("home") };
  const args = ["get", "film.bin", "-q", "--host", url, "-d", dir.join("got"), "--retries", "0"];
  await using running = RunningProgram.start(client, args, { env });
  return (await running.finished).code;
}

for (const dialect of ["fts", "ft", ...["line", "framed", "oneshot", "updown", "json"]]) {
  Deno.test(`--once: the server exits 0 after a download over ${dialect}`, async () => {
    await using dir = await tempDir();
    const content = dialect === "json" ? new Uint8Array(BYTES).fill(0x62) : sampleBytes(BYTES);
    await Deno.writeFile(dir.join("film.bin"), content);
    const scheme = dialect.startsWith("ft") ? dialect : `ft+${dialect}`;
    const [running, url] = await serveOnce(dir, `${scheme}://127.0.0.1:0`);
    await using server = running;
    assertEquals(await get(await programFromTask("ftclient"), dir, url), 0);
    assertEquals((await server.finished).code, 0);
    assertMatch(server.stderr, /server\.downloaded/);
    assertEquals(await Deno.readFile(dir.join("got/film.bin")), content);
  });
}

Deno.test("--once: a broken download does not end the server", async () => {
  await using dir = await tempDir();
  await Deno.writeFile(dir.join("film.bin"), sampleBytes(BYTES));
  const [running, url] = await serveOnce(dir, "ft://127.0.0.1:0");
  await using server = running;
  {
    using peer = await rawPeer(url);
    await peer.say("GET film.bin");
    await peer.line();
  }
  await server.reported(/transfer\.end .*result=(network|interrupted)/);
  assertEquals(/server\.downloaded/.test(server.stderr), false);
  assertEquals(await get(await programFromTask("ftclient"), dir, url), 0);
  assertEquals((await server.finished).code, 0);
});
