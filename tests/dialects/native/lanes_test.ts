/** Further connections of a client, as a raw peer opens them. */

import { assert, assertEquals } from "@std/assert";
import * as v from "valibot";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { BLOCK_BYTES, MAX_LANES } from "../../../lib/base/limits.ts";
import { blockDigest, RootHasher } from "../../../lib/blocks/manifest.ts";
import { laneSchema } from "../../../lib/native/lane_schema.ts";
import {
  decodeBlockAck,
  decodeJson,
  encodeBlockHeader,
  encodeJson,
  uint32s,
} from "../../../lib/native/messages.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

const PASSWORD = "right horse";

async function offerTo(peer: NativePeer, id = 90) {
  await peer.request(id, { op: "lane" });
  const { payload } = await peer.next(id, "RPLY");
  return decodeJson(laneSchema, payload.subarray(4), "RPLY");
}

/** Connects with a ticket. */
async function lane({ url }: TestServer, ticket: string): Promise<NativePeer> {
  const peer = await NativePeer.dial(url);
  await peer.hello({ lane: ticket });
  return peer;
}

async function reply(peer: NativePeer, id: number, request: unknown): Promise<unknown> {
  await peer.request(id, request);
  const { type, payload } = await peer.next(id, "RPLY", "FAIL");
  const value = decodeJson(v.record(v.string(), v.unknown()), payload.subarray(4), type);
  return type === "RPLY" ? value : value.code;
}

Deno.test("a lane has the login of the first connection, without one of its own", async () => {
  await using server = await testServer({ anonymous: "none" });
  using database = openAuthDatabase(server.state);
  await new Users(database).add("ana", "read", PASSWORD);
  await Deno.writeTextFile(`${server.root}/a.txt`, "secret");
  await using first = await NativePeer.greet(server.url);
  await first.request(1, { op: "login", user: "ana", password: PASSWORD });
  await first.next(1, "RPLY");
  const { ticket } = await offerTo(first);
  await using further = await lane(server, ticket);
  assertEquals((await further.read())?.type, "HELO");
  const found = await reply(further, 1, { op: "stat", path: "a.txt" });
  assertEquals((found as { bytes: number }).bytes, 6);
  assertEquals(server.events.filter(({ event }) => event === "login.done").length, 1);
});

Deno.test("a ticket that nobody was given, or whose client has gone, is refused", async () => {
  await using server = await testServer();
  await using stranger = await lane(server, "x".repeat(43));
  assertEquals((await stranger.failure(0)).code, "not_allowed");
  const first = await NativePeer.greet(server.url);
  const { ticket } = await offerTo(first);
  await first[Symbol.asyncDispose]();
  await server.event("connection.close", { connection: 2 });
  await using late = await lane(server, ticket);
  assertEquals((await late.failure(0)).code, "not_allowed");
});

Deno.test("a lane moves blocks and nothing else, and ends with the first connection", async () => {
  await using server = await testServer();
  const first = await NativePeer.greet(server.url);
  const { ticket } = await offerTo(first);
  await using further = await lane(server, ticket);
  assertEquals((await further.read())?.type, "HELO");
  const others = [
    { op: "list", path: ".", recursive: false },
    { op: "join", name: "ana" },
    { op: "login", user: "ana", password: PASSWORD },
    { op: "mkdir", path: "x" },
    { op: "lane" },
    { op: "who" },
  ];
  for (const [i, request] of others.entries()) {
    assertEquals(await reply(further, i + 1, request), "usage", request.op);
  }
  await first[Symbol.asyncDispose]();
  await further.closed();
});

Deno.test("the lanes of a client count as one client of its host, and are limited", async () => {
  await using server = await testServer({ maxConnectionsPerHost: 2 });
  await using first = await NativePeer.greet(server.url);
  const { ticket, lanes } = await offerTo(first);
  assertEquals(lanes, MAX_LANES - 1);
  await using stack = new AsyncDisposableStack();
  for (let i = 0; i < MAX_LANES - 1; i++) {
    const further = stack.use(await lane(server, ticket));
    assertEquals((await further.read())?.type, "HELO", `lane ${i}`);
  }
  assertEquals((await offerTo(first, 91)).lanes, 0);
  await using excess = await lane(server, ticket);
  assertEquals((await excess.failure(0)).code, "limit");
  await server.event("connection.close", { result: "limit" });
  await using second = await NativePeer.greet(server.url);
  assertEquals((await offerTo(second)).lanes, 0, "its host has no room for a handshake");
});

Deno.test("UPTO ends a read before a block, also when it crosses the reply", async () => {
  await using server = await testServer();
  const blocks = 20;
  await Deno.writeFile(`${server.root}/a.bin`, sampleBytes(blocks * BLOCK_BYTES));
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, { op: "read", path: "a.bin" });
  await peer.next(1, "ITEM");
  await peer.sendOn(1, "UPTO", uint32s(15));
  await peer.sendOn(1, "UPTO", uint32s(17));
  let last = -1;
  let consumed = 0;
  while (true) {
    const { type, payload } = await peer.next(1, "BLCK", "DATA", "RPLY");
    if (type === "RPLY") break;
    if (type === "BLCK") last = new DataView(payload.buffer).getUint32(4);
    consumed += payload.length;
    if (consumed > BLOCK_BYTES) await peer.sendOn(1, "CRED", uint32s(consumed));
    if (consumed > BLOCK_BYTES) consumed = 0;
  }
  assertEquals(last, 14);
  await peer.sendOn(1, "UPTO", uint32s(3));
  assertEquals(
    (await reply(peer, 2, { op: "stat", path: "a.bin" }) as { bytes: number }).bytes,
    blocks * BLOCK_BYTES,
  );
});

Deno.test("an upload takes blocks over a lane, and none after its commit", async () => {
  await using server = await testServer();
  const content = sampleBytes(2 * BLOCK_BYTES);
  const token = "t".repeat(20);
  const digests = [0, 1].map((i) =>
    blockDigest(content.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
  );
  await using first = await NativePeer.greet(server.url);
  const { ticket } = await offerTo(first);
  await using further = await lane(server, ticket);
  const join = { op: "blocks", path: "a.bin", token };
  assertEquals(await reply(further, 1, join), "not_found");
  const stage = { op: "stage", path: "a.bin", token, precondition: { kind: "absent" } };
  await first.request(1, { ...stage, executable: false, bytes: content.length });
  for (let items = 0; items < 2; items++) await first.next(1, "ITEM");
  assertEquals(await reply(further, 2, { ...join, path: "b.bin" }), "not_found");
  await further.request(3, join);
  await further.next(3, "ITEM");
  const send = async (peer: NativePeer, id: number, index: number) => {
    const header = { index, length: BLOCK_BYTES, digest: digests[index]! };
    await peer.sendOn(id, "BLCK", encodeBlockHeader(header));
    for (let at = 0; at < BLOCK_BYTES; at += 262144) {
      const from = index * BLOCK_BYTES + at;
      await peer.sendOn(id, "DATA", content.subarray(from, from + 262144));
    }
    return decodeBlockAck((await peer.next(id, "ACKN")).payload);
  };
  assertEquals(await send(further, 3, 1), { index: 1, ok: true });
  // The same block may come again, over either of them.
  assertEquals(await send(further, 3, 1), { index: 1, ok: true });
  assertEquals(await send(first, 1, 1), { index: 1, ok: true });
  assertEquals(await send(first, 1, 0), { index: 0, ok: true });
  const hasher = new RootHasher();
  for (const digest of digests) hasher.add(digest);
  const total = { bytes: content.length, root: hasher.finish(content.length) };
  await first.sendOn(1, "COMT", encodeJson(total));
  await first.next(1, "RPLY");
  assert((await further.failure(3)).message !== "");
  assertEquals(await Deno.readFile(`${server.root}/a.bin`), content);
  assertEquals(await reply(further, 4, join), "not_found");
});
