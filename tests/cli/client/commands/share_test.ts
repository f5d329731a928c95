/**
 * `ftclient share`, and what the other side types: `ftclient get LINK`, and nothing else.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openAuthDatabase } from "../../../../lib/auth/auth_database.ts";
import { Users } from "../../../../lib/auth/users.ts";
import { runClient } from "../../../../lib/cli/client/client_program.ts";
import { shareLink } from "../../../../lib/client/remote/share_link.ts";
import { parseRemoteUrl } from "../../../../lib/client/remote/remote_url.ts";
import { openIdentity } from "../../../../lib/net/tls_identity.ts";
import { capturedHost } from "../../../../testing/cli/captured.ts";
import { pure } from "../../../../testing/pure.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";

const PASSWORD = "right horse";

/** A server with TLS and a user, her client, and another client with an empty state folder. */
async function scene(options: Parameters<typeof testServer>[0] = {}) {
  await using stack = new AsyncDisposableStack();
  const tls = { listen: ["fts://127.0.0.1:0"], anonymous: "none" } as const;
  const server = stack.use(await testServer({ ...tls, ...options }));
  const dir = stack.use(await tempDir());
  await Deno.mkdir(`${server.root}/docs/sub`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/docs/it's 100%.txt`, "hello");
  await Deno.writeTextFile(`${server.root}/docs/sub/b.txt`, "below");
  await Deno.writeTextFile(dir.join("new.txt"), "new");
  {
    using database = openAuthDatabase(server.state);
    await new Users(database).add("ana", "write", PASSWORD);
  }
  const owned = stack.move();
  const run = async (args: readonly string[], env: Record<string, string>) => {
    const host = capturedHost({ FTCLIENT_RETRIES: "0", ...env });
    const code = await soon(runClient(args, host));
    return { code, stdout: host.stdout.text, stderr: host.stderr.text };
  };
  const login = { FTCLIENT_USER: "ana", FTCLIENT_PASSWORD: PASSWORD, FTCLIENT_HOST: server.url };
  const ana = (...args: string[]) => run(args, { ...login, XDG_STATE_HOME: dir.join("hers") });
  const other = (...args: string[]) =>
    run(args, { XDG_STATE_HOME: dir.join("his"), FTCLIENT_DIR: dir.join("got") });
  return { server, dir, run, ana, other, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

pure("shareLink makes URLs that parse to the same name, and that need no quotes in a shell", () => {
  const endpoint = { scheme: "fts", hostname: "::1", port: 5 } as const;
  const [pin, token] = ["ab".repeat(32), "ft_secret"];
  for (const path of ["a", "a b/it's #1 100%.txt", "ü/(x)!*~", "a\\b\nc", '$HOME;`x`&|<>"?[{']) {
    const link = shareLink({ endpoint, path, folder: false, pin, token });
    assertMatch(link, /^[\w:/#.%\[\]-]+$/);
    const { endpoint: parsed, path: found } = parseRemoteUrl(link)!;
    assertEquals([found, parsed.pin, parsed.token], [path, pin, token]);
  }
  const folder = shareLink({ endpoint, path: "a", folder: true, pin });
  assertEquals(folder, `fts://[::1]:5/a/#${pin}`);
  assertEquals(shareLink({ endpoint, path: ".", folder: true }), "fts://[::1]:5/");
});

Deno.test("share prints a link that get takes without host, login or first connection", async () => {
  await using at = await scene();
  const { ana, other, dir, server } = at;
  const { pin } = await openIdentity(server.state);
  const shared = await ana("share", "docs/it's 100%.txt");
  assertEquals(shared.code, 0, shared.stderr);
  const link = shared.stdout.trim();
  assertStringIncludes(link, `${server.url}/docs/it%27s%20100%25.txt#${pin}.ft_`);
  const got = await other("get", link);
  assertEquals([got.code, got.stderr.includes("first connection")], [0, false], got.stderr);
  assertEquals(await Deno.readTextFile(dir.join("got/it's 100%.txt")), "hello");
  for (const args of [["stat", link.replace("it%27s%20100%25.txt", "sub")], ["rm", link]]) {
    assertEquals((await other(...args)).code, 4);
  }
  const wrong = await other("get", link.replace(pin, "ab".repeat(32)));
  assertEquals(wrong.code, 10, wrong.stderr);
  const [listed = "", ...more] = (await ana("share", "--list")).stdout.trim().split("\n");
  assertMatch(listed, /^[0-9a-f]{12} {2}\S+ \S+ {2}often {2}read {2}ana {2}docs\/it's 100%.txt$/);
  assertEquals(more, []);
  assertEquals((await ana("share", "--list", "docs/sub")).stdout, "");
  const id = listed.split(" ")[0]!;
  assertEquals((await ana("share", "--revoke", id)).code, 0);
  assertEquals((await ana("share", "--revoke", id)).code, 3);
  const late = await other("get", link, "--overwrite");
  assertEquals([late.code, late.stderr], [4, "ftclient: this token was revoked\n"]);
});

Deno.test("the link of a folder downloads the folder, once with --once", async () => {
  await using at = await scene();
  const link = (await at.ana("share", "docs/", "--once")).stdout.trim();
  assertMatch(link, /\/docs\/#/);
  const got = await at.other("get", link);
  assertEquals(got.code, 0, got.stderr);
  assertEquals(await Deno.readTextFile(at.dir.join("got/docs/sub/b.txt")), "below");
  const again = await at.other("get", link);
  assertEquals([again.code, again.stderr.includes("used up")], [4, true], again.stderr);
  const plain = await at.other("get", link.replace(/#.*/, ""));
  assertEquals(plain.code, 4, plain.stderr);
});

Deno.test("put --share uploads and prints a link to what was uploaded", async () => {
  await using at = await scene();
  const { ana, other, dir } = at;
  const put = await ana("put", dir.join("new.txt"), "--to", "docs", "--share", "--ttl", "2h");
  assertEquals(put.code, 0, put.stderr);
  assertEquals((await other("get", put.stdout.trim())).code, 0);
  assertEquals(await Deno.readTextFile(dir.join("got/new.txt")), "new");
  await Deno.mkdir(dir.join("tree/in"), { recursive: true });
  for (const name of ["tree/a", "tree/in/b"]) await Deno.writeTextFile(dir.join(name), name);
  const tree = await ana("put", "-r", dir.join("tree"), "--to", "/docs/", "--share", "--json");
  const links = tree.stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ op }) => op === "share");
  assertEquals(links.map(({ name }) => name), ["docs/tree"]);
  assertEquals((await other("get", links[0].link)).code, 0);
  assertEquals(await Deno.readTextFile(dir.join("got/tree/in/b")), "tree/in/b");
  const again = await ana("put", dir.join("new.txt"), "--as", "a.txt", "--share", "-n");
  assertEquals(again.code, 2);
});

Deno.test("a link with --write takes uploads of whoever has it", async () => {
  await using at = await scene();
  const link = (await at.ana("share", "docs", "--write")).stdout.trim();
  const put = await at.other("put", at.dir.join("new.txt"), link);
  assertEquals(put.code, 0, put.stderr);
  assertEquals(await Deno.readTextFile(`${at.server.root}/docs/new.txt`), "new");
});

Deno.test("without a login the link has no token, a notice says so, and limits are refused", async () => {
  await using at = await scene({ anonymous: "read" });
  const { other, server } = at;
  const { pin } = await openIdentity(server.state);
  const shared = await other("share", "docs/sub", "--host", server.url);
  assertEquals(shared.stdout, `${server.url}/docs/sub/#${pin}\n`);
  assertStringIncludes(shared.stderr, "never ends");
  const got = await other("get", shared.stdout.trim());
  assertEquals(got.code, 0, got.stderr);
  for (const limit of [["--once"], ["--ttl", "1h"]]) {
    const { code, stdout } = await other("share", "docs/sub", ...limit, "--host", server.url);
    assertEquals([code, stdout], [4, ""]);
  }
  const hers = await at.ana("share", "docs/sub");
  assertStringIncludes(hers.stderr, "without this link, too");
});

Deno.test("share refuses flags that contradict each other, and servers without shares", async () => {
  await using at = await scene({ listen: ["fts://127.0.0.1:0", "ft://127.0.0.1:0"] });
  const { ana, other, server } = at;
  const lines = [
    ["share"],
    ["share", "--list", "--revoke", "1"],
    ["share", "--list", "--once"],
    ["share", "--revoke", "1", "docs"],
    ["share", "docs", "--ttl", "0"],
    ["share", "docs", "--ttl", "soon"],
  ];
  for (const line of lines) assertEquals((await ana(...line)).code, 2, line.join(" "));
  assertEquals((await ana("share", "docs", "--ttl", "31d")).code, 8);
  assertEquals((await ana("share", "gone")).code, 3);
  const several = await ana("share", "docs/sub", "gone");
  assertEquals([several.code, several.stdout.split("\n").length], [23, 2]);
  const legacy = server.server.addresses[1]!.replace("ft:", "ft+json:");
  assertEquals((await other("share", "docs", "--host", legacy)).code, 11);
});

Deno.test("secret-not-in-argv-log-or-error: only stdout has the token of a link", async () => {
  await using at = await scene();
  const logs = at.dir.join("logs");
  const { stdout, stderr } = await at.ana("share", "docs", "--log-dir", logs, "-v");
  const token = stdout.trim().split("#")[1]!.split(".")[1]!;
  const [{ name }] = [...Deno.readDirSync(logs)] as [Deno.DirEntry];
  assert(!(stderr + await Deno.readTextFile(`${logs}/${name}`)).includes(token));
});
