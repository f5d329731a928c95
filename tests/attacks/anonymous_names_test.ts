/**
 * Passing for another client without a login: its name is the hash of a secret, so the name must be
 * too long to search for a secret with the same one.
 */

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Authenticator } from "../../lib/server/authenticator.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

/** 128 bits. */
const NAME = /^(client|anonymous)-[0-9a-f]{32}$/;

Deno.test("anonymous clients are compared by 128 bits for leases, and for the chat", async () => {
  await using dir = await tempDir();
  using authenticator = new Authenticator(dir.path, "write");
  const remote = "192.0.2.1:1";
  const login = (identity?: string) => {
    const { signal } = new AbortController();
    const origin = { remote, encrypted: false, signal };
    return authenticator.authenticate({ kind: "anonymous", identity }, origin);
  };
  const { identity, holder } = await login("a-secret-of-a-client");
  assertMatch(identity!, NAME);
  assertEquals(holder.name, identity);
  assertEquals((await login("a-secret-of-a-client")).identity, identity);
  const names = [holder.name];
  for (const secret of ["another-secret", undefined, undefined]) {
    const { holder } = await login(secret);
    assertMatch(holder.name, NAME);
    names.push(holder.name);
  }
  assertEquals(new Set(names).size, 4);
});

Deno.test("a lease shows 128 bits of its anonymous holder, and nothing shows its secret", async () => {
  await using server = await testServer();
  const identity = "a-secret-of-this-client";
  await using remote = await server.connect({ identity });
  await using _seat = await remote.chat.join({ name: "ana" });
  const { holder } = await remote.files.lease("f", { ttlMs: 60_000 });
  assertMatch(holder, NAME);
  assertEquals(server.server.locks().map((lock) => lock.holder), [holder]);
  await using other = await server.connect({ identity: "another-secret" });
  assertNotEquals((await other.files.lease("g", { ttlMs: 60_000 })).holder, holder);
  assertEquals((await other.chat.who()).map(({ name }) => name), ["ana"]);
  const shown = JSON.stringify([server.events, server.server.locks(), await other.chat.who()]);
  assertEquals(shown.includes(identity), false);
});

Deno.test("a staged upload is bound to its client by the whole of a SHA-256", async () => {
  await using server = await testServer();
  await using remote = await server.connect({ identity: "a-secret-of-this-client" });
  await using _upload = await remote.files.stage("f", { token: "a_token_of_it", bytes: 5 });
  const names = [...Deno.readDirSync(`${server.root}/.ftserver/staging`)].map(({ name }) => name);
  assertMatch(names.join(), /^[A-Za-z0-9_-]{43}$/);
});
