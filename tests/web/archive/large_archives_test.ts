/**
 * Archives of a file above 4 GiB, and of many files. They take a while.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { NEEDS_SLOW, needsProgram, type Skip } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const NEEDS_UNZIP = await needsProgram("unzip", "-v");
const NEEDS_BOTH: Skip = NEEDS_SLOW.ignore ? NEEDS_SLOW : NEEDS_UNZIP;
const LARGE_BYTES = 2 ** 32 + 12_345;
const FILES = 10_000;

/** Downloads an archive, and tests it with a program. */
function saved(server: WebServer, path: string, test: string): Promise<Finished> {
  const script = `curl -sSf -o archive '${server.webUrl}${path}' && ${test}`;
  const options = { cwd: server.dir.path, timeoutMs: 110_000 };
  return RunningProgram.start({ path: "sh", args: [] }, ["-c", script], options).finished;
}

for (
  const [form, test] of [["zip", "unzip -p archive b"], ["tar", "tar -xOf archive b"]] as const
) {
  Deno.test({
    name: `a file above 4 GiB, and one behind it, are in a ${form} archive`,
    ...NEEDS_BOTH,
    async fn() {
      await using server = await webServer();
      using file = await Deno.open(join(server.root, "a.bin"), { write: true, create: true });
      await file.truncate(LARGE_BYTES);
      await Deno.writeTextFile(join(server.root, "b"), "behind it");
      const { code, stdout, stderr } = await saved(server, `/files/?archive=${form}`, test);
      assertEquals([code, stdout], [0, "behind it"], stderr);
    },
  });
}

Deno.test({
  name: "10,000 small files are in an archive within a minute",
  ...NEEDS_BOTH,
  async fn() {
    await using server = await webServer();
    for (let i = 0; i < FILES; i++) await Deno.writeTextFile(join(server.root, `f${i}`), `${i}`);
    const began = performance.now();
    const test = "zipinfo -1 archive | wc -l && unzip -tq archive";
    const { code, stdout, stderr } = await saved(server, "/files/?archive=zip", test);
    assertEquals(code, 0, stderr);
    assertEquals(Number.parseInt(stdout), FILES);
    assertEquals(performance.now() - began < 60_000, true);
  },
});
