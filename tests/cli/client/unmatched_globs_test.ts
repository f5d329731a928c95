/**
 * Globs that match nothing are reported, with exit code 0; a name that matches nothing is 3, and a
 * glob that is no glob is 2.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { observe } from "../../../testing/cli/flag_walk.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

/** A server and a local folder with the same small tree. */
async function scene() {
  const server = await testServer();
  const work = server.dir.join("work");
  for (const top of [server.root, work]) {
    await Deno.mkdir(`${top}/t/empty`, { recursive: true });
    for (const name of ["t/a.txt", "t/b.log"]) await Deno.writeTextFile(`${top}/${name}`, "text");
  }
  return { server, work };
}

/** Runs a command. @returns Its exit code, and the notices about globs. */
async function run(server: TestServer, args: readonly string[], env: Record<string, string> = {}) {
  const host = { FTCLIENT_HOST: server.url, XDG_STATE_HOME: server.dir.path };
  const { code, stderr } = await observe(args, { env: { ...host, ...env }, dirs: [] });
  return {
    code,
    notices: stderr.split("\n").filter((line) =>
      /^(?!ftclient: ).*(matches nothing|nothing to transfer)/.test(line)
    ),
    stderr,
  };
}

Deno.test("get and put name the globs that match nothing, and exit with 0", async () => {
  const { server, work } = await scene();
  await using _server = server;
  const all = [
    [["--include", "*.none"], ["--include '*.none' matches nothing"]],
    [["--exclude", "*.none"], ["--exclude '*.none' matches nothing"]],
    [["--include", "*.txt", "--include", "b?"], ["--include 'b?' matches nothing"]],
    [["--exclude", "*.log", "--exclude", "b.*"], []],
    [["--exclude", "*", "-n"], []],
    [["--exclude", "*"], ["nothing to transfer: --include and --exclude leave no file"]],
    [["--include", "*.none", "-n"], ["--include '*.none' matches nothing"]],
    [["--include", "*.none", "-q"], []],
    [["--include", "*.txt"], []],
  ] as const;
  for (const command of [["get", "t", "-d", `${work}/got`], ["put", `${work}/t`, "--to", "sent"]]) {
    for (const [flags, expected] of all) {
      const { code, notices } = await run(server, [...command, "-r", ...flags]);
      assertEquals([code, notices], [0, [...expected]], [...command, ...flags].join(" "));
    }
  }
  const file = await run(server, ["get", "t/a.txt", "-d", work, "--include", "*.log"]);
  assertEquals([file.code, file.notices], [0, ["--include '*.log' matches nothing"]]);
});

Deno.test("globs of the legacy dialects are named, too; excludes of the environment are not", async () => {
  const { server, work } = await scene();
  await using _server = server;
  for (const dialect of ["line", "framed", "oneshot", "updown", "json"]) {
    const env = { FTCLIENT_HOST: server.url.replace("ft:", `ft+${dialect}:`), FTCLIENT_DIR: work };
    const get = await run(server, ["get", "t/a.txt", "--include", "*.none"], env);
    assertEquals([get.code, get.notices], [0, ["--include '*.none' matches nothing"]], dialect);
  }
  const env = { FTCLIENT_EXCLUDE: "*.tmp,.DS_Store" };
  const quiet = await run(server, ["get", "t", "-r", "-d", `${work}/e`], env);
  assertEquals([quiet.code, quiet.notices], [0, []]);
  const braces = { FTCLIENT_INCLUDE: "*.{txt,none},*.pdf" };
  const some = await run(server, ["get", "t", "-r", "-d", `${work}/b`], braces);
  assertEquals([some.code, some.notices], [0, ["--include '*.pdf' matches nothing"]]);
});

Deno.test("a name that matches nothing is 3, without notices about globs", async () => {
  const { server, work } = await scene();
  await using _server = server;
  for (const name of ["none*.txt", "t/*.none"]) {
    for (const command of [["get", name, "-d", work], ["put", `${work}/${name}`]]) {
      const { code, notices } = await run(server, [...command, "--exclude", "x"]);
      assertEquals([code, notices], [3, []], command.join(" "));
    }
  }
});

Deno.test("an unclosed brace or bracket is a usage error before anything connects", async () => {
  for (const flag of ["--include", "--exclude"]) {
    for (const glob of ["*.{txt,log", "[a-c", "x[]"]) {
      for (const command of ["get", "put"]) {
        const env = { FTCLIENT_HOST: "no-such-host.invalid" };
        const { code, stderr } = await observe([command, "a", flag, glob], { env, dirs: [] });
        assertEquals(code, 2, `${command} ${flag} ${glob}`);
        assertStringIncludes(stderr, `in the glob ${glob}: write \\`);
      }
    }
  }
});
