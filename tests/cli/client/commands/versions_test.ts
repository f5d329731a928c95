import { assertEquals, assertStringIncludes } from "@std/assert";
import { runClient } from "../../../../lib/cli/client/client_program.ts";
import { capturedHost } from "../../../../testing/cli/captured.ts";
import { testServer } from "../../../../testing/test_server.ts";

Deno.test("versions, restore, get --rev, ls --deleted and rm --forever work together", async () => {
  await using server = await testServer();
  const run = async (...args: string[]) => {
    const host = capturedHost({
      ...{ XDG_STATE_HOME: server.dir.path, FTCLIENT_HOST: server.url },
      FTCLIENT_DIR: server.dir.path,
    });
    const code = await runClient(args, host);
    return { code, stdout: host.stdout.text, stderr: host.stderr.text };
  };
  const file = server.dir.join("a.txt");
  for (const text of ["one", "twotwo"]) {
    await Deno.writeTextFile(file, text);
    assertEquals((await run("put", file, "--to", "d", "--overwrite", "-q")).code, 0);
  }
  const { name, rev, cause, bytes } = JSON.parse(
    (await run("versions", "d/a.txt", "--json")).stdout,
  );
  assertEquals([name, cause, bytes], ["d/a.txt", "overwritten", 3]);
  assertEquals((await run("get", "d/a.txt", "--rev", String(rev), "-o", "-")).stdout, "one");
  // Without the right to remove versions, the file stays.
  assertEquals((await run("rm", "--forever", "d/a.txt")).code, 4);
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "twotwo");
  assertEquals((await run("rm", "-r", "d")).code, 0);
  assertEquals((await run("ls", "--deleted")).stdout, "d/\n");
  assertEquals((await run("ls", "--deleted", "-R")).stdout, "d/a.txt\n");
  assertEquals((await run("restore", "d")).code, 0);
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "twotwo");
  assertEquals((await run("restore", "d/a.txt", "--rev", String(rev))).code, 0);
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "one");
  const { code, stderr } = await run("versions", "none");
  assertEquals(code, 3);
  assertStringIncludes(stderr, "not found: none");
});
