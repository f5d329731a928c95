/**
 * Leases of holders who may no longer write, which must not keep others out until they expire.
 */

import { assertEquals } from "@std/assert";
import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../lib/auth/permission.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import type { FtError } from "../../lib/base/errors.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import type { ClientLogin } from "../../lib/client/remote_options.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const HOUR = 3_600_000;
const ana = { kind: "password", user: "ana", password: "right horse" } as const;

/** A server with a folder, the users ana and bob, and its database. */
async function scene(): Promise<
  AsyncDisposable & { server: TestServer; database: DatabaseSync; users: Users; bob: Remote }
> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  const database = stack.use(openAuthDatabase(server.state));
  const users = new Users(database);
  for (const name of ["ana", "bob"]) await users.add(name, "write", ana.password);
  const bob = stack.use(await server.connect({ login: { ...ana, user: "bob" } }));
  const owned = stack.move();
  return { server, database, users, bob, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Takes a lease and disconnects. */
async function leaveLease(server: TestServer, login: ClientLogin): Promise<void> {
  await using remote = await server.connect({ login });
  await remote.files.lease("d", { ttlMs: HOUR });
}

function mkdir({ files }: Remote): Promise<string> {
  return files.mkdir("d/new").then(() => "done", (error: FtError) => error.code);
}

/** Repeats a request until its result is this one: a change applies within AUTH_LOOK_MS. */
async function becomes(result: string, ask: () => Promise<string>): Promise<void> {
  const startedMs = performance.now();
  while (await ask() !== result) {
    if (performance.now() - startedMs > 5000) throw new Error(`it does not become ${result}`);
  }
}

type Change = (changed: { users: Users; database: DatabaseSync }) => unknown;

const CHANGES: Record<string, Change> = {
  "is removed": ({ users }) => users.remove("ana"),
  "gets the role read": ({ users }) => users.setRole("ana", "read"),
  "may no longer write below": ({ database }) =>
    new Rules(database).add({ subject: "ana", effect: "deny", actions: ACTIONS, path: "d/sub" }),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`a lease ends when its user ${what}`, async () => {
    await using at = await scene();
    await leaveLease(at.server, ana);
    assertEquals(await mkdir(at.bob), "conflict");
    change(at);
    await becomes("done", () => mkdir(at.bob));
    assertEquals(at.server.server.locks(), []);
    await at.bob.files.lease("d", { ttlMs: HOUR });
  });
}

Deno.test("a lease does not end with the session or the password of its user", async () => {
  await using at = await scene();
  await leaveLease(at.server, ana);
  await at.users.setPassword("ana", "new horse");
  await using again = await at.server.connect({ login: { ...ana, password: "new horse" } });
  // The login has seen the change.
  assertEquals(await mkdir(at.bob), "conflict");
  await again.files.release("d");
  assertEquals(await mkdir(at.bob), "done");
});

Deno.test("a lease of a token ends when the token is revoked, or its owner removed", async () => {
  await using at = await scene();
  const tokens = new Tokens(at.database);
  const facts = { paths: ["."], actions: [...ACTIONS], owner: "ana", once: false };
  for (
    const [name, change] of [
      ["one", () => tokens.revoke("one")],
      ["two", () => at.users.remove("ana")],
    ] as const
  ) {
    await leaveLease(at.server, { kind: "token", token: tokens.add({ ...facts, name }) });
    assertEquals(await mkdir(at.bob), "conflict");
    change();
    await becomes("done", () => mkdir(at.bob));
  }
});

Deno.test("a lease of a token for one login ends with its connection", async () => {
  await using at = await scene();
  const facts = { name: "once", paths: ["."], actions: [...ACTIONS], once: true };
  const token = new Tokens(at.database).add(facts);
  await leaveLease(at.server, { kind: "token", token });
  await becomes("done", () => mkdir(at.bob));
});
