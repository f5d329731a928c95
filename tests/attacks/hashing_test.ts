/**
 * Requests that make a server hash much content, from clients that do not wait for the result.
 *
 * @module
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Users } from "../../lib/auth/users.ts";
import {
  BLOCK_BYTES,
  MAX_DATA_BYTES,
  MAX_HASHING_PER_HOLDER,
  MAX_HASHING_WAITING,
  MAX_REQUESTS_IN_FLIGHT,
} from "../../lib/base/limits.ts";
import { blockDigest, DIGEST_BYTES, rootOf } from "../../lib/blocks/manifest.ts";
import { shrink } from "../../lib/native/compression.ts";
import { decodeDigestRun, encodeBlockHeader, uint32s } from "../../lib/native/messages.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { cpuMs } from "../../testing/cpu_time.ts";
import { openBelow } from "../../testing/files/open_below.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { joined } from "../../testing/bytes.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { blockOf, content, text } from "../conformance/content.ts";
import { pingMs } from "./ping.ts";

/** Blocks of a file that takes seconds to read and hash. */
const LARGE_BLOCKS = 4096;
/** Processor time until all work for a client that has left ends, in milliseconds. */
const MAX_END_MS = 1000;
/** Processor time while another client waits, in milliseconds. */
const MAX_WAIT_MS = 4000;
const ROOT = "0".repeat(64);
const STAGE = { op: "stage", executable: false } as const;
const ANY = { kind: "any" } as const;
const EMPTY = { bytes: 0, root: rootOf(new Uint8Array(), 0) };

/** Creates a file without content: all of it is a hole. */
function sparseFile({ root }: TestServer, name: string, bytes: number): void {
  using file = Deno.openSync(`${root}/${name}`, { write: true, create: true });
  file.truncateSync(bytes);
}

async function withLargeFile(): Promise<TestServer> {
  const server = await testServer();
  sparseFile(server, "large", LARGE_BLOCKS * BLOCK_BYTES);
  return server;
}

/** Requests that need the content of the file `large`. */
const REQUESTS = {
  "sum sha256": { op: "sum", path: "large", algorithm: "sha256" },
  "sum md5": { op: "sum", path: "large", algorithm: "md5" },
  "manifest": { op: "manifest", path: "large" },
  "stage with a root": { ...STAGE, path: "large", precondition: { kind: "root", root: ROOT } },
  "setFacts": { op: "setFacts", path: "large", root: ROOT, mtimeMs: 0 },
  "stage over a file": { ...STAGE, path: "large", precondition: ANY },
};

/** Processor time until everything that a client asked for has ended after it left. */
function endMs(server: TestServer, peer: NativePeer): Promise<number> {
  return cpuMs(async () => {
    await peer[Symbol.asyncDispose]();
    await server.event("connection.close");
  });
}

for (const [name, request] of Object.entries(REQUESTS)) {
  Deno.test(`hash-work-outlives-its-client: ${name}`, async () => {
    await using server = await withLargeFile();
    const peer = await NativePeer.greet(server.url);
    await peer.request(1, request);
    await peer.request(2, { op: "stat", path: "large" });
    await peer.next(2, "RPLY");
    assertLess(await endMs(server, peer), MAX_END_MS);
  });
}

/** Two requests of legacy clients. */
const LEGACY = {
  line: [text("GET none\n"), text("GET large\n")],
  framed: [encodeFrame("FILE", text("none")), encodeFrame("FILE", text("large"))],
} as const;

for (const [dialect, requests] of Object.entries(LEGACY)) {
  Deno.test(`hash-work-outlives-its-client: a reset connection of ${dialect}`, async () => {
    await using server = await testServer({ listen: [`ft+${dialect}://127.0.0.1:0`] });
    sparseFile(server, "large", LARGE_BLOCKS * BLOCK_BYTES);
    const socket = connect(server.port, "127.0.0.1");
    socket.write(joined(...requests));
    // The answer to the first request: the server is at the second.
    await once(socket, "data");
    const spent = await cpuMs(async () => {
      socket.resetAndDestroy();
      await server.event("connection.close");
    });
    assertLess(spent, MAX_END_MS);
  });
}

Deno.test("hash-work-outlives-its-client: blocks to keep", async () => {
  await using server = await testServer();
  const blocks = 1024;
  sparseFile(server, "large", blocks * BLOCK_BYTES);
  const peer = await NativePeer.greet(server.url);
  await peer.request(1, { ...STAGE, path: "large", precondition: ANY });
  const { payload } = await peer.next(1, "HELD");
  assertEquals(decodeDigestRun(payload).digests.length, blocks * DIGEST_BYTES);
  await peer.sendOn(1, "KEEP", payload.subarray(4));
  await pingMs(peer);
  assertLess(await endMs(server, peer), MAX_END_MS);
});

Deno.test("hash-work-outlives-its-client: a commit onto a file that has changed", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, new Uint8Array());
  const peer = await NativePeer.greet(server.url);
  await peer.request(1, { ...STAGE, path: "f", precondition: { kind: "root", root: EMPTY.root } });
  await peer.next(1, "ITEM");
  await peer.next(1, "ITEM");
  sparseFile(server, "f", LARGE_BLOCKS * BLOCK_BYTES);
  await peer.sendOn(1, "COMT", text(JSON.stringify(EMPTY)));
  await pingMs(peer);
  // The file is not locked while its content is compared.
  await using remote = await server.connect();
  const waited = await cpuMs(async () => {
    await remote.files.remove("f");
    await using upload = await remote.files.stage("f");
    await upload.commit(EMPTY);
  });
  assertLess(waited, MAX_WAIT_MS);
  assertLess(await endMs(server, peer), MAX_END_MS);
});

/** A client that asks for as many sums at once as it may. */
async function sums(server: TestServer, pathOf: (id: number) => string): Promise<NativePeer> {
  const peer = await NativePeer.greet(server.url);
  for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) {
    await peer.request(id, { op: "sum", path: pathOf(id), algorithm: "md5" });
  }
  return peer;
}

/** Reads as many answers. @returns Their frame types. */
async function answers(peer: NativePeer, count: number): Promise<string[]> {
  const types: string[] = [];
  while (types.length < count) {
    const frame = await peer.read();
    if (frame?.type === "RPLY" || frame?.type === "FAIL") types.push(frame.type);
  }
  return types;
}

Deno.test("hash-work-is-shared: 128 sums of one file cost little more than one", async () => {
  await using server = await testServer();
  for (const name of ["one", "many"]) sparseFile(server, name, 64 * BLOCK_BYTES);
  await using peer = await NativePeer.greet(server.url);
  const one = await cpuMs(async () => {
    await peer.request(1, { op: "sum", path: "one", algorithm: "md5" });
    await peer.next(1, "RPLY");
  });
  const many = await cpuMs(async () => {
    await using attacker = await sums(server, () => "many");
    const types = await answers(attacker, MAX_REQUESTS_IN_FLIGHT);
    assert(types.every((type) => type === "RPLY"));
  });
  assertLess(many, 4 * one + 500);
});

Deno.test("hash-work-is-shared: manifests and reads of one file hash each block once", async () => {
  await using server = await testServer();
  const blocks = 64;
  await Deno.writeFile(`${server.root}/one`, content(blocks * BLOCK_BYTES, 1));
  await Deno.writeFile(`${server.root}/many`, content(blocks * BLOCK_BYTES, 2));
  const manifests = (count: number, path: string) =>
    cpuMs(async () => {
      await using peer = await NativePeer.greet(server.url);
      for (let id = 1; id <= count; id++) await peer.request(id, { op: "manifest", path });
      const types = await answers(peer, count);
      assert(types.every((type) => type === "RPLY"));
    });
  const one = await manifests(1, "one");
  assertLess(await manifests(MAX_REQUESTS_IN_FLIGHT, "many"), 3 * one + 300);
});

Deno.test("hash-work-holds-nobody-up: 256 sums of large files, and other clients", async () => {
  await using server = await testServer();
  const password = "right horse";
  {
    using database = openAuthDatabase(server.state);
    await new Users(database).add("ana", "read", password);
  }
  const files = 2 * MAX_REQUESTS_IN_FLIGHT;
  for (let i = 1; i <= files; i++) sparseFile(server, `${i}`, 64 * BLOCK_BYTES);
  for (let i = 0; i < 5; i++) sparseFile(server, `ana${i}`, BLOCK_BYTES);
  await using ana = await server.connect({ login: { kind: "password", user: "ana", password } });
  await using other = await NativePeer.greet(server.url);
  const first = await sums(server, (id) => `${id}`);
  const second = await sums(server, (id) => `${id + MAX_REQUESTS_IN_FLIGHT}`);
  const waits: number[] = [];
  for (let i = 0; i < 5; i++) {
    waits.push(await cpuMs(() => pingMs(other)));
    waits.push(await cpuMs(() => ana.files.sum(`ana${i}`, "md5")));
  }
  assertLess(Math.max(...waits), MAX_WAIT_MS);
  for (const peer of [first, second]) assertLess(await endMs(server, peer), MAX_END_MS);
});

/** Blocks of one upload that are small on the wire, and still to be completed. */
async function compressedBlocks(id: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(BLOCK_BYTES).fill(1);
  const digest = blockDigest(bytes);
  const piece = bytes.subarray(0, MAX_DATA_BYTES);
  const packed = joined(uint32s(id, piece.length), (await shrink(piece))!);
  const frames: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const head = encodeBlockHeader({ index, length: BLOCK_BYTES, digest });
    frames.push(encodeFrame("BLCK", uint32s(id), head));
    for (let at = 0; at < BLOCK_BYTES; at += MAX_DATA_BYTES) {
      frames.push(encodeFrame("ZDAT", packed));
    }
  }
  return joined(...frames.slice(0, -1));
}

Deno.test("hash-work-holds-nobody-up: compressed uploads on many connections", async () => {
  await using server = await testServer();
  await using other = await NativePeer.greet(server.url);
  await using stack = new AsyncDisposableStack();
  const uploads = [1, 2, 3, 4];
  const content = joined(...await Promise.all(uploads.map((id) => compressedBlocks(id, 8))));
  const peers = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const peer = stack.use(await NativePeer.greet(server.url));
    for (const id of uploads) {
      await peer.request(id, { ...STAGE, path: `${i}/${id}`, precondition: ANY });
      for (let items = 0; items < 2; items++) await peer.next(id, "ITEM");
    }
    return peer;
  }));
  const sent = Promise.all(peers.map((peer) => peer.connection.send(content)));
  const waits: number[] = [];
  for (let i = 0; i < 10; i++) waits.push(await cpuMs(() => pingMs(other)));
  await sent;
  // The work for the uploads is spread over several pings.
  const all = waits.reduce((sum, wait) => sum + wait);
  assertLess(Math.max(...waits), 0.85 * all, `${waits}`);
});

Deno.test("hash-work-has-a-cap: a host may have so many requests wait, and no more", async () => {
  await using server = await testServer();
  const peers = 3;
  const most = MAX_HASHING_PER_HOLDER + MAX_HASHING_WAITING;
  for (let i = 1; i <= peers * MAX_REQUESTS_IN_FLIGHT; i++) {
    sparseFile(server, `${i}`, 1024 * BLOCK_BYTES);
  }
  await using stack = new AsyncDisposableStack();
  for (let n = 0; n < peers; n++) {
    stack.use(await sums(server, (id) => `${n * MAX_REQUESTS_IN_FLIGHT + id}`));
  }
  await server.event("request.failed", { op: "sum", code: "limit" });
  await using last = await NativePeer.greet(server.url);
  await last.request(1, { op: "sum", path: "1", algorithm: "md5" });
  const error = await last.failure(1);
  assertEquals([error.code, error.retryable], ["limit", true]);
  // What is known, or needs no hashing, is still answered.
  await last.request(2, { op: "stat", path: "1" });
  await last.next(2, "RPLY");
  const refused = server.events.filter(({ event }) => event === "request.failed").length;
  assert(refused <= peers * MAX_REQUESTS_IN_FLIGHT + 1 - most, `${refused} were refused`);
});

Deno.test("hash-work-has-a-cap: requests that wait have no file open", NEEDS_LINUX, async () => {
  await using server = await testServer();
  for (let i = 1; i <= MAX_REQUESTS_IN_FLIGHT; i++) sparseFile(server, `${i}`, 256 * BLOCK_BYTES);
  for (const op of ["sum", "manifest"]) {
    await using peer = await NativePeer.greet(server.url);
    const before = openBelow(server.root).length;
    for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) {
      await peer.request(id, { op, path: `${id}`, ...(op === "sum" && { algorithm: "md5" }) });
    }
    await pingMs(peer);
    assertLess(openBelow(server.root).length - before, 2 * MAX_HASHING_PER_HOLDER + 1, op);
  }
});

/** A staged file with a block at its beginning and one after a gap of many. */
async function sparseStage(server: TestServer, token: string): Promise<void> {
  await using remote = await server.connect({ identity: "a-client-with-gaps" });
  await using upload = await remote.files.stage("f", { token });
  const block = content(BLOCK_BYTES, 1);
  await upload.write(blockOf(block, 0));
  await upload.write({ ...blockOf(block, 0), index: LARGE_BLOCKS });
}

for (const when of ["at once", "after a restart"]) {
  Deno.test(`hash-work-holes: a stage with a gap is resumed ${when}`, async () => {
    await using server = await testServer();
    const token = crypto.randomUUID();
    await sparseStage(server, token);
    if (when === "after a restart") await server.restart();
    await using remote = await server.connect({ identity: "a-client-with-gaps" });
    const ms = await cpuMs(async () => {
      await using upload = await remote.files.stage("f", { token });
      const held = await Array.fromAsync(upload.have());
      assertEquals(held.map(({ index }) => index), [0, LARGE_BLOCKS]);
    });
    // After a restart each block is looked at, but not hashed.
    assertLess(ms, when === "at once" ? MAX_END_MS : 3 * MAX_END_MS);
  });
}

Deno.test("hash-work-holes: a hole costs a fraction of other content", async () => {
  const hashed = (bytes: Uint8Array) =>
    cpuMs(() => {
      for (let i = 0; i < 200; i++) blockDigest(bytes);
    });
  const [hole, other] = [new Uint8Array(BLOCK_BYTES), content(BLOCK_BYTES)];
  assertLess(await hashed(hole), await hashed(other) / 3);
});
