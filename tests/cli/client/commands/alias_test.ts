/**
 * `ftclient alias`: saved servers, in every place of a name and a host.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAuthDatabase } from "../../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../../lib/auth/permission.ts";
import { Tokens } from "../../../../lib/auth/tokens.ts";
import { expandName } from "../../../../lib/cli/client/aliases.ts";
import { runClient } from "../../../../lib/cli/client/client_program.ts";
import { capturedHost } from "../../../../testing/cli/captured.ts";
import { pure } from "../../../../testing/pure.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";

async function scene() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer({ anonymous: "none" }));
  const dir = stack.use(await tempDir());
  await Deno.mkdir(`${server.root}/photos/2026`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/photos/a b%.txt`, "hello");
  await Deno.writeTextFile(dir.join("new.txt"), "new");
  using database = openAuthDatabase(server.state);
  const scope = { paths: ["."], actions: ACTIONS, once: false };
  const token = new Tokens(database).add({ name: "link", ...scope });
  const owned = stack.move();
  const run = async (...args: string[]) => {
    const host = capturedHost({ XDG_STATE_HOME: dir.join("state"), FTCLIENT_RETRIES: "0" });
    const code = await soon(runClient(args, host));
    return { code, stdout: host.stdout.text, stderr: host.stderr.text };
  };
  return { server, dir, token, run, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

pure("expandName expands saved servers alone, and their paths", () => {
  const aliases = new Map([["home", "fts://h/in/#.secret"], ["top", "ft://h:1"]]);
  const cases = [
    ["home:/a b%.txt", "fts://h:9998/in/a%20b%25.txt#.secret"],
    ["home:", "fts://h:9998/in#.secret"],
    ["home:/", "fts://h:9998/in#.secret"],
    ["top:/docs/", "ft://h:1/docs/"],
    ["top:/*.jpg", "ft://h:1/%2A.jpg"],
    ...["other:/a", "home:a", "C:/a", "home", "fts://h/a", "a/home:/b"].map((name) => [name, name]),
  ] as const;
  for (const [name, expected] of cases) assertEquals(expandName(name!, aliases), expected);
});

Deno.test("a saved server stands for its URL in every command, and its token is never printed", async () => {
  await using at = await scene();
  const { server, dir, token, run } = at;
  const saved = await run("alias", "home", `${server.url}/#.${token}`);
  assertEquals([saved.code, saved.stdout], [0, ""], saved.stderr);
  await run("alias", "pics", `${server.url}/photos#.${token}`);
  const { mode } = await Deno.stat(dir.join("state/ft/aliases"));
  assertEquals((mode ?? 0) & 0o77, 0);
  const lines: [string[], string][] = [
    [["ls", "home:/photos"], "2026/\na b%.txt\n"],
    [["ls", "pics:"], "2026/\na b%.txt\n"],
    [["ls", "photos", "--host", "home"], "2026/\na b%.txt\n"],
    [["sum", "pics:/*.txt"], "photos/a b%.txt\n"],
    [["get", "pics:/a b%.txt", "-o", "-"], "hello"],
    [["put", dir.join("new.txt"), "pics:/2026/"], ""],
    [["put", dir.join("new.txt"), "--to", "home:/to"], ""],
    [["put", dir.join("new.txt"), "--as", "home:/as.txt"], ""],
    [["mv", "home:/as.txt", "home:/photos/"], ""],
    [["rm", "pics:/as.txt"], ""],
  ];
  for (const [args, expected] of lines) {
    const { code, stdout, stderr } = await run(...args);
    assertEquals(code, 0, `${args}: ${stderr}`);
    assertStringIncludes(stdout, expected, args.join(" "));
  }
  assertEquals(await Deno.readTextFile(`${server.root}/photos/2026/new.txt`), "new");
  const shown = [
    ...[await run("alias"), await run("alias", "home"), await run("alias", "--json")],
    ...[await run("ls", "home:/gone"), await run("mv", "home:/a", "ft://127.0.0.1:1/b")],
  ];
  assertEquals(shown.map(({ code }) => code), [0, 0, 0, 3, 2]);
  assertStringIncludes(shown[0]!.stdout, `home  ${server.url}/#.TOKEN\n`);
  for (const { stdout, stderr } of shown) assert(!(stdout + stderr).includes(token));
});

Deno.test("alias replaces and removes; other names and URLs are refused and change nothing", async () => {
  await using dir = await tempDir();
  const run = async (...args: string[]) => {
    const host = capturedHost({ XDG_STATE_HOME: dir.path });
    return [await soon(runClient(args, host)), host.stdout.text];
  };
  assertEquals(await run("alias"), [0, ""]);
  assertEquals(await run("alias", "home", "fts://a/"), [0, ""]);
  assertEquals(await run("alias", "home", "fts://b/"), [0, ""]);
  for (const name of ["C", "fts", "http", "a b", "-", "a:b", "ü"]) {
    assertEquals((await run("alias", "--", name, "fts://a/"))[0], 2, name);
  }
  for (const url of ["a", "http://a/", "fts://", "fts://a/#nopin", "fts://a/%zz"]) {
    assertEquals((await run("alias", "other", url))[0], 2, url);
  }
  assertEquals((await run("alias", "other"))[0], 3);
  assertEquals((await run("alias", "other", "--remove"))[0], 3);
  assertEquals((await run("alias", "--remove"))[0], 2);
  assertEquals(await run("alias"), [0, "home  fts://b/\n"]);
  assertEquals(await run("alias", "home", "--remove"), [0, ""]);
  assertEquals(await run("alias"), [0, ""]);
});
