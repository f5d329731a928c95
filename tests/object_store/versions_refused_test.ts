import { assertEquals, assertMatch } from "@std/assert";
import { runServer } from "../../lib/cli/server/server_program.ts";
import { capturedHost } from "../../testing/cli/captured.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("versions that a bucket cannot count are refused at the start", async () => {
  await using dir = await tempDir();
  const run = async (...words: string[]) => {
    const host = capturedHost({ XDG_CONFIG_HOME: dir.path, XDG_STATE_HOME: dir.path });
    const code = await runServer(["--store", "s3://bucket", ...words], host);
    return [code, host.stderr.text.trimEnd()] as const;
  };
  const [code, stderr] = await run("--keep-versions", "10", "--count-versions");
  assertEquals(code, 2);
  assertMatch(stderr, /--count-versions counts versions in a folder, not with --store/);
  for (const words of [[], ["--keep-versions", "10"], ["--keep-days", "7"], ["--forget-own"]]) {
    const [code, stderr] = await run(...words);
    assertEquals(code, 2);
    assertMatch(stderr, /no credentials for --store/);
  }
});
