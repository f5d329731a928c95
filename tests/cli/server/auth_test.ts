import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runClient } from "../../../lib/cli/client/client_program.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { testServer } from "../../../testing/test_server.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";

type Env = Record<string, string>;

/** Runs `ftserver` on a state folder. */
async function server(state: string, args: readonly string[], env: Env = {}) {
  const host = capturedHost({ FTSERVER_PASSWORD: "right one", ...env });
  const code = await runServer([...args, "--state", state], host);
  return { code, stdout: host.stdout.lines, stderr: host.stderr.text };
}

/** Runs `ftclient`. */
async function client(home: string, args: readonly string[], env: Env = {}) {
  const host = capturedHost({ XDG_STATE_HOME: home, FTCLIENT_RETRIES: "0", ...env });
  const code = await runClient(args, host);
  return { code, stdout: host.stdout.lines, stderr: host.stderr.text };
}

Deno.test("ftserver user adds, lists, changes and removes users", async () => {
  await using dir = await tempDir();
  const run = (...args: string[]) => server(dir.path, ["user", ...args]);
  assertEquals((await run("add", "ana", "--role", "read")).code, 0);
  assertEquals((await run("add", "ana")).code, 7);
  assertEquals((await run("add", "../x")).code, 2);
  assertEquals((await run("add", "bob", "--role", "king")).code, 2);
  assertEquals((await run("role", "ana", "admin")).code, 0);
  assertEquals((await run("list")).stdout, ["ana  admin"]);
  assertEquals([(await run("passwd", "ana")).code, (await run("passwd", "zoe")).code], [0, 3]);
  assertEquals([(await run("remove", "ana")).code, (await run("remove", "ana")).code], [0, 3]);
});

Deno.test("ftserver user refuses a short password without --weak", async () => {
  await using dir = await tempDir();
  const run = (words: string, password: string) =>
    server(dir.path, words.split(" "), { FTSERVER_PASSWORD: password });
  const refused = await run("user add ana", "seven77");
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "fewer than 8 characters");
  assertEquals((await run("user add ana", "eight888")).code, 0);
  // Characters count, not the units of their encoding.
  assertEquals((await run("user passwd ana", "🔑🔑🔑🔑")).code, 2);
  assertEquals((await run("user passwd ana --weak", "seven77")).code, 0);
});

Deno.test("ftserver user says that a name is taken or unknown before it asks for a password", async () => {
  await using dir = await tempDir();
  await server(dir.path, ["user", "add", "ana"]);
  for (
    const [words, code] of [["add ana", 7], ["add Ana", 7], ["add ../x", 2], [
      "passwd zoe",
      3,
    ]] as const
  ) {
    const args = ["user", ...words.split(" "), "--password-file", dir.join("missing")];
    const { code: actual, stderr } = await server(dir.path, args);
    assertEquals([words, actual, stderr.includes("missing")], [words, code, false]);
  }
});

Deno.test("ftserver user add refuses a password file that others can read", async () => {
  await using dir = await tempDir();
  const file = dir.join("pw");
  await Deno.writeTextFile(file, "s3cret-words\nmore\n", { mode: 0o644 });
  const args = ["user", "add", "ana", "--password-file", file];
  const refused = await server(dir.path, args);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "chmod 600");
  await Deno.chmod(file, 0o600);
  assertEquals((await server(dir.path, args)).code, 0);
  // Without a terminal there is no prompt.
  const asked = await server(dir.path, ["user", "add", "bob"], { FTSERVER_PASSWORD: "" });
  assertEquals(asked.code, 2);
});

Deno.test("ftserver acl explain shows which rule or role decides", async () => {
  await using dir = await tempDir();
  const run = (...args: string[]) => server(dir.path, ["acl", ...args]);
  await server(dir.path, ["user", "add", "ana", "--role", "read"]);
  assertEquals((await run("add", "ana", "allow", "write,list", "team/in")).stdout, [
    "1  ana  allow  write,list  team/in",
  ]);
  assertEquals((await run("add", "*", "deny", "all", "/secret")).code, 0);
  assertEquals((await run("add", "anonymous", "dropbox", "box")).stdout.length, 2);
  assertEquals((await run("add", "ana", "quota", "10Mi", ".")).code, 0);
  const explain = async (...args: string[]) => (await run("explain", ...args)).stdout[0];
  assertEquals(
    await explain("ana", "write", "team/in/x"),
    "allowed by rule 1 ana allow write,list team/in",
  );
  assertMatch((await explain("ana", "read", "secret/x"))!, /^denied by rule 2 /);
  assertMatch(
    (await explain("ana", "write", "else"))!,
    /^denied by role `read` \(no rule matches\)$/,
  );
  assertMatch((await explain("anonymous", "read", "box/x"))!, /^denied by rule 4 /);
  assertMatch(
    (await explain("anonymous", "write", "box/x", "--anonymous", "none"))!,
    /^denied by --anonymous none$/,
  );
  for (const bad of [["bob", "read", "x"], ["ana", "fly", "x"], ["ana", "read", "../x"]]) {
    const { code } = await run("explain", ...bad);
    assertEquals(code, { bob: 3, fly: 2 }[bad[0] === "bob" ? "bob" : bad[1]!] ?? 4);
  }
  assertEquals([(await run("remove", "2")).code, (await run("remove", "2")).code], [0, 3]);
  assertEquals((await run("add", "ana", "alow", "read", "x")).code, 2);
  assertEquals((await run("list")).stdout.length, 4);
});

Deno.test("ftclient logs in with --user or a token, over a share link", async () => {
  await using running = await testServer({ listen: ["fts://127.0.0.1:0"], anonymous: "none" });
  await server(running.state, ["user", "add", "ana", "--role", "write"]);
  const fingerprint = await server(running.state, ["fingerprint", "--listen", running.url]);
  const [pin, link = ""] = fingerprint.stdout;
  assertEquals(pin, (await openIdentity(running.state)).pin);
  assertEquals(link, `${running.url}/#${pin}`);
  const ls = (env: Env, ...args: string[]) =>
    client(running.dir.path, ["ls", "--host", link, ...args], env);
  assertEquals((await ls({})).code, 4);
  assertEquals((await ls({ FTCLIENT_PASSWORD: "right one" }, "--user", "ana")).code, 0);
  assertEquals((await ls({ FTCLIENT_PASSWORD: "wrong" }, "--user", "ana")).code, 4);
  assertEquals((await ls({}, "--user", "ana")).code, 2);
  assertEquals((await ls({}, "--pin", "ab".repeat(32))).code, 10);
  const args = ["token", "add", "t", "--paths", ".", "--actions", "list", "--expires", "1h"];
  const [token = ""] = (await server(running.state, args)).stdout;
  assertEquals((await ls({ FTCLIENT_TOKEN: token })).code, 0);
  const file = `${running.dir.path}/token`;
  await Deno.writeTextFile(file, `${token}\n`, { mode: 0o600 });
  assertEquals((await ls({}, "--token-file", file)).code, 0);
  await server(running.state, ["token", "revoke", "t"]);
  const revoked = await ls({ FTCLIENT_TOKEN: token });
  assertEquals(revoked.code, 4);
  assertStringIncludes(revoked.stderr, "this token was revoked");
  const [listed = ""] = (await server(running.state, ["token", "list"])).stdout;
  assertMatch(listed, / {2}often {2}list {2}\. {2}revoked$/);
});

Deno.test("secret-not-in-argv-log-or-error", async () => {
  const events: string[] = [];
  const note = (event: string, fields = {}) => void events.push(event + JSON.stringify(fields));
  const log = { debug: note, info: note, warning: note, error: note, with: () => log };
  await using running = await testServer({ listen: ["fts://127.0.0.1:0"], log });
  const link = (await server(running.state, ["fingerprint", "--listen", running.url])).stdout[1]!;
  const secret = "correct-horse-battery";
  const env = { FTCLIENT_PASSWORD: secret, FTCLIENT_HOST: link };
  const failed = await client(running.dir.path, ["ls", "--user", "ana", "-v"], env);
  assertEquals(failed.code, 4);
  assertEquals(failed.stderr.includes(secret), false);
  assertStringIncludes(events.join("\n"), "login.refused");
  assertEquals(events.some((event) => event.includes(secret)), false);
  // There is no flag that takes one.
  for (const flag of ["--password", "--token"]) {
    assertEquals((await client(running.dir.path, ["ls", flag, secret], env)).code, 2);
  }
});
