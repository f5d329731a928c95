import { assertEquals, assertMatch } from "@std/assert";
import { runServer } from "../../lib/cli/server/server_program.ts";
import { capturedHost } from "../../testing/cli/captured.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("versions that a bucket would not keep are refused at the start", async () => {
  await using dir = await tempDir();
  const run = async (...words: string[]) => {
    const host = capturedHost({ XDG_CONFIG_HOME: dir.path, XDG_STATE_HOME: dir.path });
    const code = await runServer(["--store", "s3://bucket", ...words], host);
    return [code, host.stderr.text.trimEnd()] as const;
  };
  for (
    const [flag, ...value] of [
      ["--keep-versions", "10"],
      ["--keep-days", "7"],
      ["--keep-bytes", "1Gi"],
      ["--forget-own"],
      ["--count-versions"],
    ]
  ) {
    const [code, stderr] = await run(flag!, ...value);
    assertEquals(code, 2);
    assertMatch(stderr, new RegExp(`${flag} keeps versions in a folder, not with --store`));
  }
  for (const words of [[], ["--keep-versions", "0"]]) {
    const [code, stderr] = await run(...words);
    assertEquals(code, 2);
    assertMatch(stderr, /no credentials for --store/);
  }
});
