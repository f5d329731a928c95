import { assertEquals } from "@std/assert";
import { createLogger } from "../../../lib/base/log.ts";
import { openRequestedLog } from "../../../lib/cli/log/requested_log.ts";
import { capturedOutput } from "../../../testing/cli/captured.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

for (
  const [asked, folder, wanted] of [
    [false, "default", false],
    [true, "default", true],
    [false, "flag", true],
    [false, "environment", true],
  ] as const
) {
  Deno.test(`openRequestedLog with --log-file ${asked}, folder by ${folder}: ${wanted}`, async () => {
    await using dir = await tempDir();
    await using owned = new AsyncDisposableStack();
    const sink = await openRequestedLog("client", {
      values: { "log-file": asked, "log-dir": dir.path, "log-format": "json" },
      sources: { "log-dir": folder },
      out: capturedOutput().out,
      owned,
    });
    if (sink !== undefined) createLogger(sink).info("a.b");
    const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
    assertEquals(names.map((name) => name.slice(0, 7)), wanted ? ["client_"] : []);
    for (const name of names) {
      assertEquals(JSON.parse(await Deno.readTextFile(dir.join(name))).event, "a.b");
    }
  });
}
