/**
 * A name on a server may be a URL in every command.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../lib/auth/permission.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { CLIENT_COMMANDS } from "../../../lib/cli/client/client_commands.ts";
import { runClient } from "../../../lib/cli/client/client_program.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { pure } from "../../../testing/pure.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";
import { soon } from "../../../testing/with_timeout.ts";

const PIN = "ab".repeat(32);

/** A server with `docs/a b.txt`, and a client beside it that has `new.txt` and no host. */
async function scene(options: Parameters<typeof testServer>[0] = {}) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer(options));
  const dir = stack.use(await tempDir());
  await Deno.mkdir(`${server.root}/docs`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/docs/a b.txt`, "hello");
  await Deno.writeTextFile(dir.join("new.txt"), "new");
  const owned = stack.move();
  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const host = capturedHost({ XDG_STATE_HOME: dir.join("state"), FTCLIENT_RETRIES: "0", ...env });
    const code = await soon(runClient(args, host));
    return { code, stdout: host.stdout.text, stderr: host.stderr.text };
  };
  return { server, dir, run, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The names in a folder; the server has one of its own. */
const namesIn = (folder: string) =>
  Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => !name.startsWith("."))
    .sort();

/** Adds a token that permits everything. */
function addToken({ state }: TestServer): string {
  using database = openAuthDatabase(state);
  return new Tokens(database).add({ name: "link", paths: ["."], actions: ACTIONS, once: false });
}

pure("every command that takes a name on a server takes a URL", () => {
  const named = CLIENT_COMMANDS.filter(({ usage, offline, onServer }) =>
    !offline && onServer !== "target" && /NAME|DIR|FROM/.test(usage)
  );
  assertEquals(
    named.filter(({ onServer }) => onServer !== "arguments").map(({ name }) => name),
    [],
  );
  const targets = CLIENT_COMMANDS.filter(({ onServer }) => onServer === "target");
  assertEquals(targets.map(({ name }) => name), ["put", "watch"]);
});

Deno.test("commands find server and path in their URLs, without a host", async () => {
  await using at = await scene();
  const { server: { url, root }, dir, run } = at;
  const lines: [string[], RegExp][] = [
    [["ls", url], /^docs\/$/m],
    [["ls", `${url}/docs/`], /^a b.txt$/m],
    [["du", `${url}/docs/`], /docs/],
    [["stat", `${url}/docs/a%20b.txt`], /docs\/a b.txt/],
    [["sum", `${url}/docs/a%20b.txt`, "docs/a b.txt"], /^(2cf24dba\w+ {2}docs\/a b.txt\n){2}$/],
    [["get", `${url}/docs/a%20b.txt`, "-d", dir.path], /^$/],
    [["mkdir", `${url}/made`], /made/],
    [["put", dir.join("new.txt"), "--to", `${url}/to/`], /^$/],
    [["put", dir.join("new.txt"), `${url}/last`], /^$/],
    [["put", dir.join("new.txt"), `${url}/docs/new.txt`], /^$/],
    [["put", dir.join("new.txt"), "--as", `${url}/as/x.txt`], /^$/],
    [["put", dir.join("new.txt"), url, "--as", "top.txt"], /^$/],
    [["lock", `${url}/top.txt`], /locked top.txt/],
    [["unlock", `${url}/top.txt`], /unlocked top.txt/],
    [["mv", `${url}/top.txt`, `${url}/made/`], /top.txt -> made\/top.txt/],
    [["mv", "made/top.txt", `${url}/`], /made\/top.txt -> top.txt/],
    [["rm", `${url}/last/new.txt`, `${url}/last`, "-r"], /last/],
  ];
  for (const [args, expected] of lines) {
    const { code, stdout, stderr } = await run(args);
    assertEquals(code, 0, `${args}: ${stderr}`);
    const shown = /^(mkdir|lock|unlock|mv|rm)$/.test(args[0]!) ? stdout + stderr : stdout;
    assertMatch(shown, expected, args.join(" "));
  }
  assertEquals(await Deno.readTextFile(dir.join("a b.txt")), "hello");
  assertEquals(namesIn(root), ["as", "docs", "made", "to", "top.txt"]);
  assertEquals(["as", "docs", "to"].map((folder) => namesIn(`${root}/${folder}`)), [
    ...[["x.txt"], ["a b.txt", "new.txt"], ["new.txt"]],
  ]);
});

Deno.test("two servers, targets, pins or tokens in one command are 2, and nothing is done", async () => {
  await using at = await scene();
  const { server: { url, root }, dir, run } = at;
  const other = "ft://127.0.0.1:1";
  const file = dir.join("new.txt");
  for (
    const args of [
      ["get", `${url}/docs/a%20b.txt`, `${other}/b`],
      ["mv", `${url}/docs/a%20b.txt`, `${other}/b`],
      ["ls", `${url}/docs`, "--host", other],
      ["ls", `${url}/`, "--host", url.replace("ft:", "fts:")],
      ["put", file, `${url}/docs/`, "--to", "docs"],
      ["put", file, `${url}/docs/`, "--as", `${url}/b`],
      ["put", file, "--to", "docs", "--as", `${url}/b`],
      ["put", `${url}/docs/`],
      ["put", `${url}/docs/a%20b.txt`, file],
      ["stat", `${url}/docs#${PIN}.a`, "--host", `${url}#${PIN}.b`],
      ["sum", `${url}/docs#${PIN}`, `${url}/docs#${PIN.replace("a", "c")}`],
      ["stat", `${url}/docs#${PIN}.secret`, "--user", "ana"],
      ["stat", `${url}/docs#secret`],
      ["get", `${url}/%zz`],
    ]
  ) {
    const { code, stdout, stderr } = await run(args);
    assertEquals([code, stdout], [2, ""], `${args}: ${stderr}`);
    assert(!stderr.includes("secret"), stderr);
  }
  assertEquals([namesIn(root), namesIn(`${root}/docs`)], [["docs"], ["a b.txt"]]);
});

Deno.test("a URL and --host may name the same server, and a URL goes before FTCLIENT_HOST", async () => {
  await using at = await scene();
  const { server: { url, port }, run } = at;
  for (const host of [url, `${url}/`, `ft://127.1:${port}`]) {
    assertEquals((await run(["stat", `${url}/docs`, "--host", host])).code, 0, host);
  }
  const elsewhere = { FTCLIENT_HOST: "ft://127.0.0.1:1" };
  assertEquals((await run(["stat", `${url}/docs`], elsewhere)).code, 0);
  assertEquals((await run(["stat", "docs"], { FTCLIENT_HOST: url })).code, 0);
});

Deno.test("the token of a URL or a host logs in, and is never shown", async () => {
  await using at = await scene({ anonymous: "none" });
  const { server, run } = at;
  const { url } = server;
  const token = addToken(server);
  const link = `${url}/docs/#.${token}`;
  assertEquals((await run(["ls", `${url}/docs/`])).code, 4);
  const runs = [
    await run(["ls", link]),
    await run(["ls", link], { FTCLIENT_TOKEN: "ft_wrong" }),
    await run(["ls", "docs"], { FTCLIENT_HOST: `${url}#.${token}` }),
    await run(["ping", "--host", `${url}#.${token}`]),
  ];
  assertEquals(runs.map(({ code }) => code), [0, 0, 0, 0], JSON.stringify(runs));
  const failures = [
    await run(["ls", `${url}/gone#.${token}`]),
    await run(["ls", link, link]),
    await run(["ls", "x", link]),
    await run([link]),
    await run(["forget", `${url}/#.${token}`]),
  ];
  assertEquals(failures.map(({ code }) => code), [3, 2, 2, 2, 3]);
  for (const { stdout, stderr } of [...runs, ...failures]) {
    assert(!(stdout + stderr).includes(token.slice(0, 8)), stdout + stderr);
  }
});

Deno.test("a URL of another server gets no credentials of the usual one", async () => {
  await using at = await scene({ anonymous: "none" });
  const { server, run } = at;
  const FTCLIENT_TOKEN = addToken(server);
  const line = ["stat", `${server.url}/docs`];
  assertEquals((await run(line, { FTCLIENT_TOKEN })).code, 0);
  const foreign = await run(line, { FTCLIENT_TOKEN, FTCLIENT_HOST: "ft://127.0.0.1:1" });
  assertEquals(foreign.code, 4, foreign.stderr);
});

Deno.test("the log of the client has the host without the token", async () => {
  await using at = await scene({ anonymous: "none" });
  const { server, dir, run } = at;
  const token = addToken(server);
  const logs = dir.join("logs");
  const { code, stderr } = await run(["stat", `${server.url}/docs#.${token}`, "--log-dir", logs]);
  assertEquals(code, 0, stderr);
  const [name, ...more] = namesIn(logs);
  assertEquals(more, []);
  const text = await Deno.readTextFile(`${logs}/${name}`);
  assertStringIncludes(text, server.url);
  assert(!text.includes(token), text);
});

Deno.test("the pin of a URL decides over TLS, and its token logs in", async () => {
  await using at = await scene({ listen: ["fts://127.0.0.1:0"], anonymous: "none" });
  const { server, dir, run } = at;
  const { pin } = await openIdentity(server.state);
  const file = `${server.url}/docs/a%20b.txt`;
  const link = `${file}#${pin}.${addToken(server)}`;
  const got = await run(["get", link, "-d", dir.path]);
  assertEquals([got.code, await Deno.readTextFile(dir.join("a b.txt"))], [0, "hello"], got.stderr);
  // A pin on the link is no first use.
  assert(!got.stderr.includes("first connection"), got.stderr);
  const wrong = await run(["stat", link.replace(pin, PIN)]);
  assertEquals(wrong.code, 10, wrong.stderr);
});
