import { assertEquals, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { type Action, ACTIONS } from "../../lib/auth/permission.ts";
import type { Role } from "../../lib/auth/policy.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import type { ClientLogin } from "../../lib/client/remote_options.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { AnonymousAccess } from "../../lib/auth/permission.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { Authenticator } from "../../lib/server/authenticator.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { codeOf } from "../../testing/code_of.ts";

const PASSWORD = "right horse";
const timeoutMs = 5000;

/** A server with users, rules and files. */
async function served(
  users: Record<string, Role> = {},
  rules: readonly string[] = [],
  anonymous: AnonymousAccess = "none",
): Promise<TestServer> {
  const server = await testServer({ anonymous });
  using database = openAuthDatabase(server.state);
  for (const [name, role] of Object.entries(users)) {
    await new Users(database).add(name, role, PASSWORD);
  }
  for (const text of rules) {
    const [subject = "", effect = "", what = "", path = ""] = text.split(" ");
    const quota = effect === "quota";
    new Rules(database).add({
      ...{ subject, effect: effect as "allow" | "deny" | "quota", path },
      actions: quota ? [] : what.split(",") as Action[],
      ...(quota && { bytes: Number(what) }),
    });
  }
  for (const name of ["open/a.txt", "secret/b.txt", "box/old.txt"]) {
    await Deno.mkdir(`${server.root}/${name.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${server.root}/${name}`, name);
  }
  return server;
}

const as = (user: string): ClientLogin => ({ kind: "password", user, password: PASSWORD });

function connect(server: TestServer, login?: ClientLogin, url = server.url) {
  return openRemote(parseEndpoint(url), { timeoutMs, ...(login && { login }) });
}

async function names(server: TestServer, login: ClientLogin | undefined, dir: string) {
  await using remote = await connect(server, login);
  return (await Array.fromAsync(remote.files.list(dir, { recursive: true }))).map((i) => i.path);
}

async function put(server: TestServer, login: ClientLogin | undefined, to: string, text: string) {
  const source = `${server.dir.path}/new.txt`;
  await Deno.writeTextFile(source, text);
  const how = { times: true, resume: true, recursive: false, transfers: 1 } as const;
  const open = () => connect(server, login);
  const request = { ...how, existing: "overwrite" as const, sources: [source], to };
  const { failed } = await putFiles(open, request, () => {});
  return failed[0]?.error.code ?? "done";
}

Deno.test("a login is refused for a wrong password, an unknown name or an invalid token", async () => {
  await using server = await served({ ana: "read" });
  const bad: ClientLogin[] = [
    { kind: "password", user: "ana", password: "wrong" },
    { kind: "password", user: "nobody", password: PASSWORD },
    { kind: "token", token: "ft_nonsense" },
  ];
  const messages = new Set<string>();
  for (const login of bad) {
    const error = await assertRejects(() => connect(server, login), FtError);
    assertEquals(error.code, "not_allowed");
    messages.add(error.message);
  }
  assertEquals(messages.size, 1);
  await using remote = await connect(server, as("ana"));
  assertEquals((await remote.files.stat("open/a.txt")).bytes, 10);
});

Deno.test("a login over plaintext is refused, unless it comes from loopback", async () => {
  const far = openRemote(parseEndpoint("ft://far.example"), { timeoutMs, login: as("ana") });
  assertEquals(await codeOf(far), "usage");
  await using dir = await tempDir();
  using authenticator = new Authenticator(dir.path, "write");
  const { signal } = new AbortController();
  const from = (remote: string, encrypted: boolean) =>
    codeOf(authenticator.authenticate({ ...as("ana") }, { remote, encrypted, signal }));
  const error = await assertRejects(
    () => authenticator.authenticate(as("ana"), { remote: "10.0.0.1:5", encrypted: false, signal }),
    FtError,
    "fts://",
  );
  assertEquals(error.code, "not_allowed");
  using database = openAuthDatabase(dir.path);
  await new Users(database).add("ana", "read", PASSWORD);
  assertEquals(await from("10.0.0.1:5", true), "done");
  assertEquals(await from("[::1]:5", false), "done");
  assertEquals(await from("[::ffff:10.0.0.1]:5", false), "not_allowed");
});

Deno.test("anonymous-cannot-write-when-read-only, and without access it cannot even list", async () => {
  for (const access of ["none", "read"] as const) {
    await using server = await served({}, [], access);
    await using remote = await connect(server);
    const { files } = remote;
    assertEquals(await codeOf(files.mkdir("new")), "not_allowed");
    assertEquals(await codeOf(files.stage("new.txt", { bytes: 1 })), "not_allowed");
    assertEquals(await codeOf(files.remove("open/a.txt")), "not_allowed");
    assertEquals(await codeOf(files.move("open/a.txt", "open/b.txt")), "not_allowed");
    assertEquals(await codeOf(files.lease("open", { ttlMs: 1000 })), "not_allowed");
    const read = access === "read" ? "done" : "not_allowed";
    assertEquals(await codeOf(files.stat("open/a.txt")), read);
    assertEquals(await codeOf(files.sum("open/a.txt", "sha256")), read);
    assertEquals(await codeOf(Array.fromAsync(files.list("."))), read);
    const [small] = await Array.fromAsync(files.readMany(["open/a.txt"]));
    assertEquals("value" in small!, access === "read");
  }
});

Deno.test("acl-hides-listing: a denied path is neither listed nor read nor found by stat", async () => {
  await using server = await served({ ana: "write" }, ["ana deny list,read secret"]);
  assertEquals(await names(server, as("ana"), "."), [
    ...["box", "box/old.txt", "open", "open/a.txt"],
  ]);
  await using remote = await connect(server, as("ana"));
  assertEquals(await codeOf(remote.files.stat("secret/b.txt")), "not_allowed");
  assertEquals(await codeOf(remote.files.manifest("secret/b.txt")), "not_allowed");
});

Deno.test("acl-move-and-delete-destination", async () => {
  const rules = ["ana deny write,remove secret", "ana deny read open/hidden"];
  await using server = await served({ ana: "write" }, rules);
  await Deno.mkdir(`${server.root}/open/hidden`);
  await using remote = await connect(server, as("ana"));
  const { files } = remote;
  assertEquals(await codeOf(files.move("open/a.txt", "secret/a.txt")), "not_allowed");
  assertEquals(await codeOf(files.move("secret/b.txt", "open/b.txt")), "not_allowed");
  assertEquals(await codeOf(files.remove("secret/b.txt")), "not_allowed");
  // The folder contains a path that the user may not read.
  assertEquals(await codeOf(files.move("open", "moved")), "not_allowed");
  assertEquals(await codeOf(files.move("open/a.txt", "box/a.txt")), "done");
  assertEquals(await codeOf(files.remove("secret", { recursive: true })), "not_allowed");
  assertEquals(await names(server, as("ana"), "secret"), ["secret/b.txt"]);
});

Deno.test("a drop box accepts new files, and none can be read or overwritten", async () => {
  const rules = ["anonymous allow write box", "anonymous deny list,read,remove box"];
  await using server = await served({}, rules, "read");
  assertEquals(await put(server, undefined, "box", "new"), "done");
  assertEquals(await Deno.readTextFile(`${server.root}/box/new.txt`), "new");
  assertEquals(await put(server, undefined, "box", "other"), "conflict");
  assertEquals(await put(server, undefined, ".", "elsewhere"), "not_allowed");
  assertEquals(await names(server, undefined, "."), [
    ...["open", "open/a.txt", "secret", "secret/b.txt"],
  ]);
  await using remote = await connect(server);
  const any = { precondition: { kind: "any" } } as const;
  const file = smallFile({
    ...{ path: "box/old.txt", bytes: new Uint8Array(1), mtimeMs: 0, executable: false },
  });
  const [written] = await remote.files.writeMany([file], any);
  assertEquals("error" in written! && (written.error as FtError).code, "conflict");
  assertEquals(await Deno.readTextFile(`${server.root}/box/old.txt`), "box/old.txt");
});

Deno.test("a quota counts existing files, all kinds of additions, and removals", async () => {
  await using server = await served({ ana: "write" }, ["* quota 30 box"]);
  assertEquals(await put(server, as("ana"), "box", "x".repeat(19)), "done");
  assertEquals(await put(server, as("ana"), "box", "x".repeat(20)), "limit");
  assertEquals(await put(server, as("ana"), "open", "x".repeat(90)), "done");
  await using remote = await connect(server, as("ana"));
  assertEquals(await codeOf(remote.files.move("open/new.txt", "box/big.txt")), "limit");
  const file = smallFile({
    path: "box/c",
    bytes: new Uint8Array(9),
    mtimeMs: 0,
    executable: false,
  });
  const [refused] = await remote.files.writeMany([file]);
  assertEquals("error" in refused! && (refused.error as FtError).code, "limit");
  await remote.files.remove("box/new.txt");
  const [written] = await remote.files.writeMany([file]);
  assertEquals("value" in written!, true);
});

Deno.test("a token has the permissions of its scope, and none that its owner lacks", async () => {
  await using server = await served({ ana: "read" });
  using database = openAuthDatabase(server.state);
  const tokens = new Tokens(database);
  const scope = { paths: ["open"], actions: ACTIONS, once: false };
  const token = tokens.add({ name: "own", ...scope, owner: "ana" });
  await using remote = await connect(server, { kind: "token", token });
  assertEquals(await codeOf(remote.files.stat("open/a.txt")), "done");
  assertEquals(await codeOf(remote.files.stat("secret/b.txt")), "not_allowed");
  assertEquals(await codeOf(remote.files.mkdir("open/new")), "not_allowed");
  const free = tokens.add({ name: "free", ...scope });
  await using other = await connect(server, { kind: "token", token: free });
  assertEquals(await codeOf(other.files.mkdir("open/new")), "done");
  new Users(database).remove("ana");
  assertEquals(await codeOf(connect(server, { kind: "token", token })), "not_allowed");
});

Deno.test("a lease belongs to the login, on any connection", async () => {
  await using server = await served({ ana: "write", bob: "write" });
  await using first = await connect(server, as("ana"));
  await first.files.lease("open/a.txt", { ttlMs: 60_000 });
  await using again = await connect(server, as("ana"));
  assertEquals((await again.files.lease("open/a.txt", { ttlMs: 60_000 })).holder, "user ana");
  await using bob = await connect(server, as("bob"));
  assertEquals(await codeOf(bob.files.remove("open/a.txt")), "conflict");
  assertEquals(await codeOf(bob.files.release("open/a.txt")), "not_allowed");
  assertEquals(await codeOf(again.files.release("open/a.txt")), "done");
});

/** Repeats a request until its result is this one: a change applies within AUTH_LOOK_MS. */
async function becomes(wanted: ErrorCode | "done", ask: () => Promise<unknown>): Promise<void> {
  while (await codeOf(ask()) !== wanted);
}

Deno.test("a changed role or rule applies to running sessions", async () => {
  await using server = await served({ ana: "read" });
  await using remote = await connect(server, as("ana"));
  using database = openAuthDatabase(server.state);
  assertEquals(await codeOf(remote.files.mkdir("a")), "not_allowed");
  new Users(database).setRole("ana", "write");
  await becomes("done", () => remote.files.mkdir("a"));
  const rule = { subject: "ana", effect: "deny", actions: ACTIONS, path: "open" } as const;
  const { id } = new Rules(database).add(rule);
  await becomes("not_allowed", () => remote.files.stat("open/a.txt"));
  assertEquals(await codeOf(remote.files.mkdir("a/b")), "done");
  new Rules(database).remove(id);
  await becomes("done", () => remote.files.stat("open/a.txt"));
});

Deno.test("a user who was removed, or whose password changed, loses all permissions", async () => {
  await using server = await served({ ana: "write", bob: "write" });
  await using ana = await connect(server, as("ana"));
  await using bob = await connect(server, as("bob"));
  using database = openAuthDatabase(server.state);
  const users = new Users(database);
  users.remove("ana");
  await becomes("not_allowed", () => ana.files.stat("open/a.txt"));
  assertEquals(await codeOf(bob.files.stat("open/a.txt")), "done");
  // A new user of the same name is another user.
  await users.add("ana", "admin", "another");
  await users.setPassword("bob", "another");
  await becomes("not_allowed", () => bob.files.stat("open/a.txt"));
  assertEquals(await codeOf(ana.files.stat("open/a.txt")), "not_allowed");
});

Deno.test("a revoked token loses all permissions; a used token for one login keeps that login", async () => {
  await using server = await served({ ana: "read" });
  using database = openAuthDatabase(server.state);
  const tokens = new Tokens(database);
  const open = (name: string, once: boolean) =>
    connect(server, {
      kind: "token",
      token: tokens.add({ name, paths: ["."], actions: ACTIONS, once, owner: "ana" }),
    });
  await using many = await open("many", false);
  await using single = await open("single", true);
  tokens.revoke("many");
  await becomes("not_allowed", () => many.files.stat("open/a.txt"));
  assertEquals(await codeOf(single.files.stat("open/a.txt")), "done");
  new Users(database).remove("ana");
  await becomes("not_allowed", () => single.files.stat("open/a.txt"));
});

Deno.test("removed-user-leaves-the-chat: a seat ends at once, without a message or a look", async () => {
  await using server = await served({ ana: "read", bob: "read" });
  await using ana = await connect(server, as("ana"));
  await using bob = await connect(server, as("bob"));
  const received = Array.fromAsync((await ana.chat.join()).messages);
  const notices = (await bob.chat.join()).messages[Symbol.asyncIterator]();
  using database = openAuthDatabase(server.state);
  new Users(database).remove("ana");
  assertEquals(await codeOf(received), "not_allowed");
  assertEquals((await notices.next()).value?.text, "ana left");
  assertEquals((await bob.chat.who()).map(({ name }) => name), ["bob"]);
  assertEquals(await codeOf(bob.chat.say("secret", { to: "ana" })), "not_found");
});

Deno.test("a chat seat ends when its user loses access, without another message", async () => {
  await using server = await served({ ana: "read", bob: "read" });
  await using ana = await connect(server, as("ana"));
  await using bob = await connect(server, as("bob"));
  const seat = await ana.chat.join();
  const received = Array.fromAsync(seat.messages);
  using database = openAuthDatabase(server.state);
  new Users(database).remove("ana");
  await becomes("not_allowed", () => ana.files.stat("."));
  await bob.chat.say("secret");
  assertEquals(await codeOf(received), "not_allowed");
});

Deno.test("a guest cannot take the name of a user, in any case or with spaces", async () => {
  await using server = await served({ ana: "read" }, [], "read");
  await using guest = await connect(server);
  const names = ["ana", "ANA", " ana "];
  for (const name of names) {
    const seat = await guest.chat.join({ name });
    assertEquals(seat.name, `${name.trim()}2`);
    await seat[Symbol.asyncDispose]();
  }
  await using user = await connect(server, as("ana"));
  await using seat = await user.chat.join({ name: "Ana" });
  assertEquals(seat.name, "Ana");
});
