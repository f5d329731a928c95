/**
 * `wget -r` and `aria2c` against HTTP access.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { webServer } from "../../../testing/web_server.ts";

Deno.test({
  name: "wget -r copies a tree by its listings",
  ...await needsProgram("wget", "--version"),
  async fn() {
    await using server = await webServer();
    const names = ["a.txt", "d/b c.txt", "d/e/ä&'<>.bin"];
    await Deno.mkdir(join(server.root, "d/e"), { recursive: true });
    for (const name of names) await Deno.writeTextFile(join(server.root, name), name);
    const args = ["-q", "-r", "-np", "-nH", "--cut-dirs=1", "-P", "copy"];
    const rest = ["--restrict-file-names=nocontrol", `${server.webUrl}/files/`];
    const options = { cwd: server.dir.path };
    const { code, stderr } = await RunningProgram.start({ path: "wget", args }, rest, options)
      .finished;
    assertEquals(code, 0, stderr);
    for (const name of names) {
      assertEquals(await Deno.readTextFile(server.dir.join(`copy/${name}`)), name);
    }
    const below = await Array.fromAsync(Deno.readDir(server.dir.join("copy")));
    assertEquals(below.map(({ name }) => name).sort(), ["a.txt", "d", "index.html"]);
  },
});

Deno.test({
  name: "aria2c -x 4 downloads a file over four connections",
  ...await needsProgram("aria2c", "--version"),
  async fn() {
    await using server = await webServer();
    const content = sampleBytes(9 * BLOCK_BYTES + 3);
    await Deno.writeFile(join(server.root, "big"), content);
    const args = ["-q", "-x", "4", "-s", "4", "-k", "1M", "-o", "out"];
    const options = { cwd: server.dir.path };
    const url = `${server.webUrl}/files/big`;
    const { code, stdout } = await RunningProgram.start({ path: "aria2c", args }, [url], options)
      .finished;
    assertEquals(code, 0, stdout);
    assertEquals(await fileSha256(server.dir.join("out")), sha256(content));
    const remotes = new Set(server.logged("remote").map(([, remote]) => remote));
    assertEquals(remotes.size >= 4, true, `${remotes.size} connections`);
  },
});
