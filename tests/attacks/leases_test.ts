/**
 * Leases as a weapon: taken without permission, in bulk, or by a client that is gone.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS, uniformPermission } from "../../lib/auth/permission.ts";
import type { Role } from "../../lib/auth/policy.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { MAX_LEASES_PER_HOLDER } from "../../lib/base/limits.ts";
import { rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { decodeJson } from "../../lib/native/messages.ts";
import { leaseSchema } from "../../lib/native/schemas.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { codeOf } from "../../testing/code_of.ts";

const PASSWORD = "right horse";
const HOUR = 3_600_000;

async function served(users: Record<string, Role> = {}): Promise<TestServer> {
  const server = await testServer();
  using database = openAuthDatabase(server.state);
  for (const [name, role] of Object.entries(users)) {
    await new Users(database).add(name, role, PASSWORD);
  }
  for (const name of ["open/a.txt", "open/d/b.txt"]) {
    await Deno.mkdir(`${server.root}/open/d`, { recursive: true });
    await Deno.writeTextFile(`${server.root}/${name}`, name);
  }
  return server;
}

function as(server: TestServer, user: string): Promise<Remote> {
  return server.connect({ login: { kind: "password", user, password: PASSWORD } });
}

async function writeSmall({ files }: Remote, path: string): Promise<ErrorCode | "done"> {
  const content = { bytes: new Uint8Array(3), mtimeMs: 0, executable: false };
  const [result] = await files.writeMany([smallFile({ path, ...content })]);
  return "error" in result! ? (result.error as FtError).code : "done";
}

/** Takes a lease as a client that sends no identity. */
async function leaseAs(peer: NativePeer, path: string): Promise<{ holder: string }> {
  await peer.request(1, { op: "lease", path, ttlMs: HOUR });
  return decodeJson(leaseSchema, (await peer.next(1, "RPLY")).payload.slice(4), "RPLY");
}

Deno.test("lease-on-the-root-by-anonymous: it ends with the connection of its client", async () => {
  await using server = await served({ ana: "write" });
  await using ana = await as(server, "ana");
  {
    await using peer = await NativePeer.greet(server.url);
    await leaseAs(peer, ".");
    assertEquals(await codeOf(ana.files.mkdir("during")), "conflict");
  }
  await server.event("connection.close", { dialect: "native" });
  assertEquals(await codeOf(ana.files.mkdir("after")), "done");
});

Deno.test("lease-on-the-root-by-anonymous: an admin writes, moves, removes and leases regardless", async () => {
  await using server = await served({ root: "admin", ana: "write" });
  await using nobody = await server.connect({ identity: "attacker-0123456789" });
  await nobody.files.lease(".", { ttlMs: HOUR });
  await using root = await as(server, "root");
  assertEquals(await codeOf(root.files.mkdir("new")), "done");
  assertEquals(await writeSmall(root, "new/f"), "done");
  assertEquals(await codeOf(root.files.move("new/f", "new/g")), "done");
  assertEquals(await codeOf(root.files.remove("new", { recursive: true })), "done");
  await root.files.lease("open/a.txt", { ttlMs: HOUR });
  assertEquals(await codeOf(nobody.files.remove("open/a.txt")), "conflict");
});

Deno.test("an admin may release any lease, and nobody else may", async () => {
  await using server = await served({ root: "admin", ana: "write", bob: "write" });
  await using ana = await as(server, "ana");
  await using bob = await as(server, "bob");
  await using root = await as(server, "root");
  await ana.files.lease("open", { ttlMs: HOUR });
  assertEquals(await writeSmall(root, "open/new"), "conflict", "a user's lease binds an admin");
  assertEquals(await codeOf(root.files.release("open")), "not_allowed", "not by accident");
  assertEquals(await codeOf(bob.files.release("open", { force: true })), "not_allowed");
  await using nobody = await server.connect();
  assertEquals(await codeOf(nobody.files.release("open", { force: true })), "not_allowed");
  assertEquals(await codeOf(root.files.release("open", { force: true })), "done");
  assertEquals(await writeSmall(bob, "open/new"), "done");
});

Deno.test("a lease needs permission to write everything below its path", async () => {
  await using server = await served({ ana: "write" });
  using database = openAuthDatabase(server.state);
  const deny = (path: string) =>
    new Rules(database).add({ subject: "ana", effect: "deny", actions: ACTIONS, path });
  deny("open/d");
  await using ana = await as(server, "ana");
  for (const path of [".", "open", "open/d"]) {
    assertEquals(await codeOf(ana.files.lease(path, { ttlMs: HOUR })), "not_allowed", path);
  }
  assertEquals(await codeOf(ana.files.lease("open/a.txt", { ttlMs: HOUR })), "done");
});

Deno.test("one holder has a limited number of leases, and one host of anonymous clients as well", async () => {
  await using server = await served({ ana: "write" });
  await using ana = await as(server, "ana");
  const taken = async (remote: Remote, prefix: string, count: number) => {
    let done = 0;
    for (let i = 0; i < count; i++) {
      const code = await codeOf(remote.files.lease(`${prefix}${i}`, { ttlMs: HOUR }));
      if (code === "done") done++;
      else assertEquals(code, "limit");
    }
    return done;
  };
  assertEquals(await taken(ana, "a", MAX_LEASES_PER_HOLDER + 20), MAX_LEASES_PER_HOLDER);
  assertEquals(await codeOf(ana.files.lease("a0", { ttlMs: HOUR })), "done", "renewing is allowed");
  const half = Math.ceil(MAX_LEASES_PER_HOLDER / 2) + 10;
  let anonymous = 0;
  for (let i = 0; i < 3; i++) {
    await using remote = await server.connect({ identity: `attacker-${i}` });
    anonymous += await taken(remote, `n${i}-`, half);
  }
  assertEquals(anonymous, MAX_LEASES_PER_HOLDER);
});

Deno.test("a lease shows the name of its holder, never an address", async () => {
  await using server = await served({ ana: "write", bob: "write" });
  await using bob = await as(server, "bob");
  const { host, port } = { host: "127.0.0.1", port: /:\d+/ };
  const refusal = async (path: string) => {
    const { message } = await assertRejects(() => bob.files.remove(path), FtError);
    assert(!message.includes(host) && !port.test(message), message);
    return message;
  };
  await using peer = await NativePeer.greet(server.url);
  assertMatch((await leaseAs(peer, "open/a.txt")).holder, /^anonymous-[0-9a-f]{32}$/);
  assertMatch(await refusal("open/a.txt"), /locked by anonymous-[0-9a-f]{32}: open\/a\.txt/);
  await using ana = await as(server, "ana");
  assertEquals((await ana.files.lease("open/d", { ttlMs: HOUR })).holder, "user ana");
  assertMatch(await refusal("open/d/b.txt"), /locked by user ana: open\/d/);
  const locks = server.server.locks();
  assertEquals(locks.map(({ path }) => path), ["open/a.txt", "open/d"]);
  assertEquals(locks[1]!.holder, "user ana");
  assert(locks.every(({ leftMs }) => leftMs > HOUR - 60_000 && leftMs <= HOUR));
  assert(!JSON.stringify(locks).includes(host));
});

Deno.test("a move or a new file respects a lease on its name and on every name below", async () => {
  await using server = await served({ ana: "write", bob: "write" });
  await using ana = await as(server, "ana");
  await using bob = await as(server, "bob");
  await ana.files.lease("new/d/b.txt", { ttlMs: HOUR });
  assertEquals(await codeOf(bob.files.move("open", "new")), "conflict", "b.txt would appear");
  assertEquals(await codeOf(bob.files.move("open/d", "new/d")), "conflict");
  assertEquals(await codeOf(bob.files.move("open/a.txt", "new/d/b.txt")), "conflict");
  assertEquals(await writeSmall(bob, "new"), "conflict", "a file where a folder is leased");
  const staging = async () => {
    await using _upload = await bob.files.stage("new");
  };
  assertEquals(await codeOf(staging()), "conflict");
  assertEquals(await codeOf(bob.files.mkdir("new/d")), "done", "a folder changes no name below");
  assertEquals(await codeOf(ana.files.move("open/a.txt", "new/d/b.txt")), "done");
});

Deno.test("a lease that is taken while a write waits for its turn is respected by that write", async () => {
  const content = { "d/f": new Uint8Array(1) };
  using service = await memoryService({ content });
  const { commits, trees } = service.context;
  const all = uniformPermission(ACTIONS);
  const [ana, bob] = [service.files("ana", all), service.files("bob", all)];
  const file = smallFile({ path: "d/new", bytes: content["d/f"], mtimeMs: 0, executable: false });
  const batch = async () => {
    const [result] = await bob.writeMany([file]);
    if ("error" in result!) throw result.error;
  };
  const moves = [() => bob.move("d", "e"), () => bob.move("d/f", "d/new"), batch];
  for (const write of moves) {
    const turn = await trees.acquire([storePath("d")]);
    const outcome = codeOf(write());
    await ana.lease("d", { ttlMs: HOUR });
    turn[Symbol.dispose]();
    assertEquals(await outcome, "conflict", String(write));
    await ana.release("d");
  }
  await using upload = await bob.stage("d/up", { bytes: 0 });
  const turn = await commits.acquire(storePath("d/up"));
  const outcome = codeOf(upload.commit({ bytes: 0, root: rootOf(new Uint8Array(), 0) }));
  await ana.lease("d/up", { ttlMs: HOUR });
  turn[Symbol.dispose]();
  assertEquals(await outcome, "conflict");
});

Deno.test("a refusal names no leased path that the caller may not list", async () => {
  await using server = await served({ ana: "write", bob: "write" });
  using database = openAuthDatabase(server.state);
  const hidden = { effect: "deny", actions: ["list"], path: "open/d" } as const;
  new Rules(database).add({ ...hidden, subject: "bob" });
  await using ana = await as(server, "ana");
  await using bob = await as(server, "bob");
  await ana.files.lease("open/d/b.txt", { ttlMs: HOUR });
  const attempts: Record<string, () => Promise<unknown>> = {
    lease: () => bob.files.lease("open", { ttlMs: HOUR }),
    move: () => bob.files.move("open/a.txt", "open/d"),
    stage: () => bob.files.stage("open/d"),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const { code, message } = await assertRejects(attempt, FtError);
    assertEquals([code, message.includes("b.txt")], ["conflict", false], `${name}: ${message}`);
  }
  const known = await assertRejects(() => bob.files.remove("open/d/b.txt"), FtError);
  assertMatch(known.message, /locked by user ana: open\/d\/b\.txt/);
});
