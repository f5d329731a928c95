import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { FtError } from "../../lib/base/errors.ts";
import {
  BLOCK_BYTES,
  MAX_DATA_BYTES,
  MAX_RANGES,
  MAX_REQUESTS_IN_FLIGHT,
  REQUEST_BURST,
  REQUESTS_PER_SECOND,
} from "../../lib/base/limits.ts";
import { encodeBlockHeader, encodeJson, uint32s } from "../../lib/native/messages.ts";
import { testServer } from "../../testing/test_server.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";

const text = (value: string) => new TextEncoder().encode(value);
const header = (length: bigint, type: string) => {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setBigUint64(0, length);
  bytes.set(text(type), 8);
  return bytes;
};

/** Begins an upload and waits until the server expects blocks. */
async function stage(peer: NativePeer, id: number, path: string): Promise<void> {
  await peer.request(id, {
    op: "stage",
    path,
    precondition: { kind: "any" },
    executable: false,
  });
  await peer.next(id, "ITEM");
  await peer.next(id, "ITEM");
}

Deno.test("native refuses a request before hello (request-before-hello)", async () => {
  await using live = await testServer({ listen: ["ft+native://127.0.0.1:0", "ft://127.0.0.1:0"] });
  await using pinned = await NativePeer.dial(live.server.addresses[0]!);
  await pinned.request(1, { op: "stat", path: "." });
  const error = await pinned.failure(0);
  assertEquals([error.code, error.message], ["protocol", "REQU before HELO"]);
  await pinned.closed();
  await using told = await NativePeer.dial(live.server.addresses[1]!);
  await told.request(1, { op: "stat", path: "." });
  await told.closed();
});

Deno.test("native refuses other versions by name, and accepts a newer client that also speaks 1", async () => {
  await using live = await testServer();
  await using newer = await NativePeer.dial(live.server.addresses[0]!);
  await newer.hello({ versions: [7, 8] });
  const { code, message } = await newer.failure(0);
  assertEquals(code, "protocol");
  assertStringIncludes(message, "7, 8");
  assertStringIncludes(message, "speaks 1");
  await newer.closed();
  await using both = await NativePeer.dial(live.server.addresses[0]!);
  await both.hello({ versions: [2, 1], features: ["flying"], digests: ["blake3", "sha256"] });
  assertEquals((await both.read())?.type, "HELO");
});

Deno.test("native refuses a hello with another block size or no common digest", async () => {
  await using live = await testServer();
  for (const changes of [{ blockBytes: 4096 }, { digests: ["md5"] }, { versions: [] }]) {
    await using peer = await NativePeer.dial(live.server.addresses[0]!);
    await peer.hello(changes);
    assertEquals((await peer.failure(0)).code, "protocol");
    await peer.closed();
  }
});

Deno.test("native replies to a stream with an empty object", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, new Uint8Array(1));
  await using peer = await NativePeer.greet(server.url);
  const requests = [
    { op: "read", path: "f" },
    { op: "manifest", path: "f" },
    { op: "readMany", paths: ["f"] },
    { op: "who" },
    { op: "say", text: "hi" },
    { op: "leave" },
    { op: "mkdir", path: "folder" },
  ];
  for (const [i, request] of requests.entries()) {
    await peer.request(i + 1, request);
    const { payload } = await peer.next(i + 1, "RPLY");
    assertEquals(new TextDecoder().decode(payload.subarray(4)), "{}", request.op);
  }
});

Deno.test("native skips an unknown optional frame and refuses an unknown required one", async () => {
  await using live = await testServer();
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  await peer.send("hint", text("anything"));
  await peer.request(1, { op: "stat", path: "." });
  await peer.next(1, "RPLY");
  await peer.send("MUST", text("anything"));
  assertStringIncludes((await peer.failure(0)).message, "MUST");
  await peer.closed();
});

Deno.test("native refuses frames above their cap before their content (preauth-frame-length-2^53-and-negative)", async () => {
  await using live = await testServer();
  const lengths = [1n << 53n, (1n << 64n) - 1n, 1n << 63n, BigInt(MAX_DATA_BYTES) + 5n];
  for (const length of lengths) {
    await using before = await NativePeer.dial(live.server.addresses[0]!);
    await before.connection.send(header(length, "HELO"));
    await before.closed();
    await using after = await NativePeer.greet(live.server.addresses[0]!);
    await after.connection.send(header(length, "DATA"));
    assertEquals((await after.failure(0)).code, "protocol");
    await after.closed();
  }
});

Deno.test("native answers a ping with its bytes, also during an upload", async () => {
  await using live = await testServer();
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  await stage(peer, 1, "f");
  await peer.sendOn(
    1,
    "BLCK",
    encodeBlockHeader({ index: 0, length: 9, digest: new Uint8Array(32) }),
  );
  await peer.send("PING", text("12345678"));
  assertEquals((await peer.read())?.payload, text("12345678"));
});

Deno.test("native refuses an invalid request without closing the connection", async () => {
  await using live = await testServer();
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  const bad = [{ op: "fly" }, { op: "stat" }, {}, null, {
    op: "read",
    path: "f",
    ranges: [[-1, 2]],
  }];
  for (const [i, request] of bad.entries()) {
    await peer.request(i + 1, request);
    assertEquals((await peer.failure(i + 1)).code, "protocol");
  }
  await peer.sendOn(90, "REQU", text("{"));
  assertEquals((await peer.failure(90)).code, "protocol");
  await peer.sendOn(91, "REQU", new Uint8Array([0xff]));
  assertEquals((await peer.failure(91)).code, "protocol");
  await peer.request(92, { op: "stat", path: "." });
  await peer.next(92, "RPLY");
});

Deno.test("native closes the connection for an exchange id that is in use, 0, or missing", async () => {
  await using live = await testServer();
  const misuses: ((peer: NativePeer) => Promise<void>)[] = [
    (peer) => peer.request(0, { op: "stat", path: "." }),
    (peer) => peer.send("REQU", new Uint8Array(3)),
    (peer) => stage(peer, 1, "f").then(() => peer.request(1, { op: "stat", path: "." })),
    (peer) => stage(peer, 1, "f").then(() => peer.sendOn(1, "HELD", new Uint8Array(4))),
    (peer) => peer.sendOn(1, "RPLY"),
    (peer) => peer.hello(),
  ];
  for (const misuse of misuses) {
    await using peer = await NativePeer.greet(live.server.addresses[0]!);
    await misuse(peer);
    assertEquals((await peer.failure(0)).code, "protocol");
    await peer.closed();
  }
});

Deno.test("native continues after a stop, and drops frames that arrive after it", async () => {
  await using live = await testServer();
  await Deno.writeFile(`${live.root}/big`, new Uint8Array(16 * BLOCK_BYTES));
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  await peer.request(1, { op: "read", path: "big" });
  await peer.next(1, "BLCK");
  await peer.sendOn(1, "STOP");
  await stage(peer, 2, "f");
  await peer.sendOn(2, "STOP");
  await peer.sendOn(2, "DATA", new Uint8Array(10));
  await peer.sendOn(2, "COMT", text("{}"));
  await peer.request(2, { op: "stat", path: "big" });
  await peer.next(2, "RPLY");
});

Deno.test("native refuses credit above the bytes sent, and content above its window", async () => {
  await using live = await testServer();
  await using generous = await NativePeer.greet(live.server.addresses[0]!);
  await stage(generous, 1, "f");
  await generous.sendOn(1, "CRED", uint32s(0xffff_ffff));
  assertStringIncludes((await generous.failure(0)).message, "credit");
  await generous.closed();
  await using bomber = await NativePeer.greet(live.server.addresses[0]!);
  await stage(bomber, 1, "f");
  const block = { index: 0, length: BLOCK_BYTES, digest: new Uint8Array(32) };
  await bomber.sendOn(1, "BLCK", encodeBlockHeader(block));
  await bomber.sendOn(1, "ZDAT", uint32s(0xffff_ffff), new Uint8Array(20));
  assertStringIncludes((await bomber.failure(0)).message, "window");
  await bomber.closed();
});

Deno.test(`native takes ${MAX_REQUESTS_IN_FLIGHT} requests at once and refuses only one more`, async () => {
  await using live = await testServer();
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) {
    await peer.request(id, { op: "writeMany", precondition: { kind: "absent" } });
    await peer.next(id, "ITEM");
  }
  await peer.request(999, { op: "stat", path: "." });
  const error = await peer.failure(999);
  assertEquals(error.code, "limit");
  await peer.sendOn(1, "STOP");
  await peer.request(999, { op: "stat", path: "." });
  await peer.next(999, "RPLY");
});

Deno.test("native refuses each invalid range and size (range-underflow-and-overflow)", async () => {
  await using live = await testServer();
  await Deno.writeFile(`${live.root}/f`, new Uint8Array(BLOCK_BYTES + 1));
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  const huge = 2 ** 53;
  const ranges: [string, unknown[][]][] = [
    ["protocol", [[-1, 1]]],
    ["protocol", [[0, huge]]],
    ["protocol", [[0, 1e300]]],
    ["protocol", [[0.5, 1]]],
    ["protocol", [["0", "1"]]],
    ["protocol", Array.from({ length: MAX_RANGES + 1 }, () => [0, 1])],
    ["usage", [[0, huge - 1]]],
    ["usage", [[0, 3]]],
    ["usage", [[2, 1]]],
    ["usage", [[1, 2], [0, 1]]],
    ["usage", [[0, 2], [1, 2]]],
  ];
  const bad: [string, unknown][] = ranges.map(([code, ranges]) => [
    ...[code, { op: "read", path: "f", ranges }] as const,
  ]);
  for (const bytes of [-1, huge, 0.5]) {
    const stage = { op: "stage", path: "new", precondition: { kind: "absent" } };
    bad.push(["protocol", { ...stage, executable: false, bytes }]);
    bad.push(["protocol", { op: "lease", path: "f", ttlMs: bytes }]);
    bad.push(["protocol", { op: "join", after: bytes }]);
  }
  for (const [i, [code, request]] of bad.entries()) {
    await peer.request(i + 1, request);
    assertEquals((await peer.failure(i + 1)).code, code, JSON.stringify(request).slice(0, 80));
  }
  await peer.request(900, { op: "read", path: "f", ranges: [[0, 0], [1, 2], [2, 2]] });
  await peer.next(900, "BLCK");
  await peer.next(900, "RPLY");
});

Deno.test("native refuses requests above their rate, also malformed ones, and says how long to wait", async () => {
  await using live = await testServer();
  await using peer = await NativePeer.greet(live.server.addresses[0]!);
  let refused: FtError | undefined;
  let taken = 0;
  for (let id = 1; refused === undefined; taken++) {
    const last = id + 99;
    const bodies = [];
    for (; id <= last; id++) bodies.push(encodeFrame("REQU", uint32s(id), encodeJson({ op: "?" })));
    await peer.connection.send(...bodies);
    const error = await peer.failure(last);
    if (error.code === "limit") refused = error;
  }
  assert(taken * 100 >= REQUEST_BURST, `${taken}`);
  assert(refused.retryable && refused.retryAfterMs! <= 1 + 1000 / REQUESTS_PER_SECOND);
  // The connection stays.
  await peer.send("PING", new Uint8Array(8));
  assertEquals((await peer.read())?.type, "PONG");
});

Deno.test("native answers other requests while one is not read (slow-reader-does-not-stall-others)", async () => {
  await using live = await testServer();
  await Deno.writeFile(`${live.root}/big`, new Uint8Array(24 * BLOCK_BYTES));
  await using remote = await live.connect();
  await using stalled = await remote.files.read("big");
  const blocks = stalled.blocks[Symbol.asyncIterator]();
  using _first = (await blocks.next()).value;
  // The window of that stream is used up; these requests share its connection.
  for (let n = 0; n < 3; n++) {
    assertEquals((await remote.files.stat("big")).bytes, 24 * BLOCK_BYTES);
  }
  let taken = 0;
  await using other = await remote.files.read("big");
  for await (using _block of other.blocks) taken++;
  assertEquals(taken, 24);
  // The first one continues.
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    next.value[Symbol.dispose]();
    taken++;
  }
  assertEquals(taken, 47);
});

Deno.test("native cancels one transfer without closing the connection", async () => {
  await using live = await testServer();
  await Deno.writeFile(`${live.root}/big`, new Uint8Array(24 * BLOCK_BYTES));
  await using remote = await live.connect();
  const gaveUp = new AbortController();
  await using reading = await remote.files.read("big", undefined, { signal: gaveUp.signal });
  const blocks = reading.blocks[Symbol.asyncIterator]();
  using _first = (await blocks.next()).value;
  gaveUp.abort(new Error("enough"));
  let error: unknown;
  try {
    for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
      next.value[Symbol.dispose]();
    }
  } catch (cause) {
    error = cause;
  }
  assertEquals((error as Error).message, "enough");
  assertEquals((await remote.files.stat("big")).type, "file");
});

Deno.test("native survives garbage, torn frames and lost connections", async () => {
  await using live = await testServer();
  const address = live.server.addresses[0]!;
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.uint8Array({ maxLength: 300 }), async (greeted, garbage) => {
      await using peer = greeted ? await NativePeer.greet(address) : await NativePeer.dial(address);
      await peer.connection.send(garbage);
      await peer.connection.closeWrite();
      await peer.closed();
    }),
    { numRuns: 40 },
  );
  await using torn = await NativePeer.greet(address);
  await torn.connection.send(header(1000n, "REQU"));
  torn.connection.abort(new Error("gone"));
  await using remote = await live.connect();
  assertEquals((await remote.files.stat(".")).type, "dir");
  const internal = live.events.filter(({ level }) => level === "error");
  assertEquals(internal, []);
});
