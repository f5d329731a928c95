/**
 * Guessing the content of a file without permission to read it.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import type { Action } from "../../lib/auth/permission.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { readJsonLength } from "../../lib/dialects/json_message.ts";
import { settledClock } from "../../testing/clock_ahead.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const PASSWORD = "right horse";
const RIGHT = new TextEncoder().encode("salary: 1000");
const WRONG = new TextEncoder().encode("salary: 2000");

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const contentRoot = async (bytes: Uint8Array<ArrayBuffer>) =>
  rootOf(await digestOf(bytes), bytes.length);

/** A server with `box/f`, whose digests it knows, and `ana`, who may do these things there. */
async function served(actions: readonly Action[]): Promise<TestServer> {
  const server = await testServer({ anonymous: "read" });
  using database = openAuthDatabase(server.state);
  await new Users(database).add("ana", "none", PASSWORD);
  new Rules(database).add({ subject: "ana", effect: "allow", actions, path: "box" });
  await Deno.mkdir(`${server.root}/box`);
  await Deno.writeFile(`${server.root}/box/f`, RIGHT);
  await using reader = await server.connect();
  // A root is told once no later change could have the same revision.
  using _later = settledClock();
  await using manifest = await reader.files.manifest("box/f");
  await Array.fromAsync(manifest.digests);
  assertEquals((await reader.files.stat("box/f")).root, await contentRoot(RIGHT));
  return server;
}

function asAna(server: TestServer): Promise<Remote> {
  return server.connect({ login: { kind: "password", user: "ana", password: PASSWORD } });
}

/** The whole answer that the client gets, so that two can be compared. */
async function answer(work: () => Promise<unknown>): Promise<{ code: ErrorCode; text: string }> {
  try {
    return { code: "done" as ErrorCode, text: JSON.stringify(await work() ?? null) };
  } catch (error) {
    const { code, message } = error as FtError;
    return { code, text: message };
  }
}

Deno.test("digest-oracle-precondition: a root is compared only for a client that may read", async () => {
  for (const actions of [["write"], ["list", "write"], ["list", "write", "remove"]] as const) {
    await using server = await served(actions);
    await using ana = await asAna(server);
    const guess = (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      answer(async () => {
        const precondition = { kind: "root", root: await contentRoot(bytes) } as const;
        await using _upload = await ana.files.stage(path, { precondition });
      });
    const right = await guess("box/f", RIGHT);
    assertEquals(right.code, "not_allowed", actions.join());
    assertEquals(await guess("box/f", WRONG), right);
    assertEquals((await guess("box/absent", RIGHT)).code, "not_allowed", "nor is its absence told");
  }
});

Deno.test("digest-oracle-precondition: permission to read is checked again at the commit", async () => {
  await using server = await served(["list", "read", "write", "remove"]);
  await using ana = await asAna(server);
  const precondition = { kind: "root", root: await contentRoot(RIGHT) } as const;
  await using upload = await ana.files.stage("box/f", { precondition });
  using block = {
    index: 0,
    bytes: WRONG.slice(),
    digest: await digestOf(WRONG),
    [Symbol.dispose]() {},
  };
  await upload.write(block);
  {
    using database = openAuthDatabase(server.state);
    new Rules(database).add({ subject: "ana", effect: "deny", actions: ["read"], path: "box/f" });
  }
  while ((await answer(() => ana.files.sum("box/f", "md5"))).code !== "not_allowed");
  const total = { bytes: WRONG.length, root: await contentRoot(WRONG) };
  assertEquals((await answer(() => upload.commit(total))).code, "not_allowed");
  assertEquals(await Deno.readFile(`${server.root}/box/f`), RIGHT);
});

Deno.test("digest oracle: stat and list tell no root to a client that may only list", async () => {
  await using server = await served(["list"]);
  await using ana = await asAna(server);
  assertEquals((await ana.files.stat("box/f")).root, undefined);
  const listed = await Array.fromAsync(ana.files.list("box", { recursive: true }));
  assertEquals(listed.map(({ path, root }) => [path, root]), [["box/f", undefined]]);
});

Deno.test("digest oracle: no other request depends on content that a client may not read", async () => {
  await using server = await served(["list", "write", "remove"]);
  await using ana = await asAna(server);
  const { files } = ana;
  const { revision } = await files.stat("box/f");
  const reads: (() => Promise<unknown>)[] = [
    () => files.sum("box/f", "sha256"),
    () => files.sum("box/f", "md5"),
    () => files.manifest("box/f"),
    () => files.read("box/f"),
    () => files.read("box/f", [], { revision }),
  ];
  for (const read of reads) assertEquals((await answer(read)).code, "not_allowed", String(read));
  const [small] = await Array.fromAsync(files.readMany(["box/f"]));
  assertEquals("error" in small! && (small.error as FtError).code, "not_allowed");

  const keep = (bytes: Uint8Array<ArrayBuffer>) =>
    answer(async () => {
      const options = { precondition: { kind: "any" }, bytes: bytes.length } as const;
      await using upload = await files.stage("box/f", options);
      assertEquals(await Array.fromAsync(upload.have()), []);
      await upload.keep({ index: 0, digest: await digestOf(bytes) });
      return await upload.commit({ bytes: bytes.length, root: await contentRoot(bytes) });
    });
  const right = await keep(RIGHT);
  assertEquals(right.code, "conflict");
  assertEquals(await keep(WRONG), right);

  const batch = (bytes: Uint8Array<ArrayBuffer>, root?: string) =>
    answer(async () => {
      const file = smallFile({ path: "box/f", bytes, mtimeMs: 0, executable: false });
      const precondition = root === undefined
        ? { kind: "absent" } as const
        : { kind: "root", root } as const;
      const [result] = await files.writeMany([file], { precondition });
      if ("error" in result!) throw result.error;
    });
  assertEquals((await batch(RIGHT)).code, "conflict");
  assertEquals(await batch(WRONG), await batch(RIGHT), "equal content is no success");
  const conditional = await batch(WRONG, await contentRoot(RIGHT));
  assertEquals(conditional.code, "usage");
  assertEquals(await batch(WRONG, await contentRoot(WRONG)), conditional);
  assertEquals(await Deno.readFile(`${server.root}/box/f`), RIGHT);
});

Deno.test("digest oracle: a put in the json dialect is no success only for equal content", async () => {
  await using server = await testServer({ anonymous: "read", listen: ["ft+json://127.0.0.1:0"] });
  await Deno.mkdir(`${server.root}/box`);
  await Deno.writeFile(`${server.root}/box/f`, RIGHT);
  {
    using database = openAuthDatabase(server.state);
    const rule = { subject: "anonymous", path: "box" };
    new Rules(database).add({ ...rule, effect: "deny", actions: ["read"] });
    new Rules(database).add({ ...rule, effect: "allow", actions: ["list", "write"] });
  }
  using peer = await rawPeer(server.url);
  const ask = async (request: unknown) => {
    await peer.say(lengthAnd(JSON.stringify(request)));
    const length = (await readJsonLength(peer.reader))!;
    return JSON.parse(await peer.text(length));
  };
  while ((await ask({ command: "get", fileName: "box/f" })).status !== "Fail");
  const put = (bytes: Uint8Array) =>
    ask({ command: "put", fileName: "box/f", fileContent: new TextDecoder().decode(bytes) });
  const right = await put(RIGHT);
  assertEquals(right.status, "Fail");
  assertEquals(await put(WRONG), right);
});
