/**
 * `cadaver` and `rclone` against WebDAV.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

Deno.test({
  name: "cadaver uploads, copies, moves, sets properties, and removes",
  // Each of its options ends with an error; without any it reads commands.
  ...await needsProgram("cadaver"),
  async fn() {
    await using server = await webServer();
    const content = sampleBytes(BLOCK_BYTES + 5);
    await Deno.writeFile(server.dir.join("big.bin"), content);
    const commands = [
      ...["mkcol d", "put big.bin d/a&b.bin", "copy d e", "move e/a&b.bin c.bin", "ls"],
      ...["propset c.bin color blue", "propget c.bin color", "get c.bin got.bin", "rmcol e"],
      ...["delete c.bin", "ls d", "quit", ""],
    ];
    const options = { cwd: server.dir.path, stdin: commands.join("\n"), env: { HOME: "." } };
    const program = { path: "cadaver", args: [`${server.webUrl}/files/`] };
    const { code, stdout, stderr } = await RunningProgram.start(program, [], options).finished;
    assertEquals(code, 0, stderr);
    assertEquals(/fail|error/i.test(stdout), false, stdout);
    assertEquals(await fileSha256(server.dir.join("got.bin")), sha256(content));
    assertMatch(stdout, /Coll: +d\b/);
    assertMatch(stdout, /Value of color is: blue/);
    const left = await Array.fromAsync(Deno.readDir(join(server.root, "d")));
    assertEquals(left.map(({ name }) => name), ["a&b.bin"]);
  },
});

/** Runs rclone on a folder of this machine and the server, which is `remote:`. */
function rclone(server: WebServer, ...args: readonly string[]): Promise<Finished> {
  const env = {
    RCLONE_CONFIG: "none.conf",
    RCLONE_CONFIG_REMOTE_TYPE: "webdav",
    RCLONE_CONFIG_REMOTE_URL: `${server.webUrl}/files/`,
    RCLONE_CONFIG_REMOTE_VENDOR: "other",
    HOME: server.dir.path,
  };
  const program = {
    path: "rclone",
    args: ["--transfers", "8", "--checkers", "8", "--retries", "1"],
  };
  return RunningProgram.start(program, args, { cwd: server.dir.path, env }).finished;
}

Deno.test({
  name: "rclone copies 1,000 files there and back, and finds no difference",
  ...await needsProgram("rclone", "version"),
  async fn() {
    await using server = await webServer();
    const from = server.dir.join("from");
    for (let i = 0; i < 1000; i++) {
      const folder = `${from}/d${i % 10}/ä &<${i % 3}>`;
      if (i < 30) await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${folder}/file ${i}%#?.txt`, `content of ${i}`);
    }
    const steps = [
      ["copy", "from", "remote:to"],
      ["check", "from", "remote:to"],
      ["copy", "remote:to", "back"],
      ["check", "remote:to", "back"],
      // The server says only sizes that rclone compares; here it compares content.
      ["check", "from", "back"],
    ];
    for (const step of steps) {
      const { code, stderr } = await rclone(server, ...step);
      assertEquals(code, 0, `${step.join(" ")}\n${stderr}`);
      if (step[0] === "check") assertStringIncludes(stderr, "1000 matching files");
    }
    assertEquals((await rclone(server, "copyto", "remote:to/d0", "remote:copy")).code, 0);
    assertEquals((await rclone(server, "moveto", "remote:copy", "remote:moved")).code, 0);
    const same = await rclone(server, "check", "from/d0", "remote:moved");
    assertEquals([same.code, /100 matching files/.test(same.stderr)], [0, true], same.stderr);
    assertEquals((await rclone(server, "purge", "remote:to")).code, 0);
    const left = await Array.fromAsync(Deno.readDir(server.root));
    assertEquals(left.map(({ name }) => name).filter((name) => !name.startsWith(".")), ["moved"]);
  },
});
