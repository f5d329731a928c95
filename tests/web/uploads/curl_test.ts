/**
 * Resumable uploads by hand, with `curl`, as the documentation shows them.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { sampleBytes } from "../../../testing/content.ts";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(3_500_000);
const CUT = 1_300_000;

Deno.test({
  name: "an upload that curl begins and curl continues",
  ...await needsProgram("curl", "--version"),
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(server.dir.join("begin"), CONTENT.subarray(0, CUT));
    await Deno.writeFile(server.dir.join("rest"), CONTENT.subarray(CUT));
    const curl = (path: string, ...args: readonly string[]): Promise<Finished> => {
      const program = { path: "curl", args: ["-sSi", "--max-time", "60"] };
      const all = [...args, server.webUrl + path];
      return RunningProgram.start(program, all, { cwd: server.dir.path }).finished;
    };
    const name = btoa("photos/beach.jpg");
    const created = await curl(
      ...["/uploads/", "-X", "POST", "-H", "Upload-Length: 3500000"] as const,
      ...["-H", `Upload-Metadata: filename ${name}`],
    );
    const [, location] = /^location: (\S+)/m.exec(created.stdout)!;
    const patch = (offset: number, file: string) =>
      curl(
        ...[location!, "-X", "PATCH", "-H", `Upload-Offset: ${offset}`] as const,
        ...["-H", "Content-Type: application/offset+octet-stream", "--data-binary", `@${file}`],
      );
    assertMatch((await patch(0, "begin")).stdout, /^upload-offset: 1300000\r$/m);
    assertMatch((await curl(location!, "-I")).stdout, /^upload-offset: 1300000\r$/m);
    assertMatch(
      (await patch(CUT, "rest")).stdout,
      /^content-location: \/files\/photos\/beach\.jpg\r$/m,
    );
    assertEquals(await Deno.readFile(join(server.root, "photos", "beach.jpg")), CONTENT);
  },
});
