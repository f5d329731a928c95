import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { LAST_WORD_TIMEOUT_MS, MAX_REFUSALS, MESSAGE_BURST } from "../../lib/base/limits.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { framed } from "../../lib/dialects/framed.ts";
import { line } from "../../lib/dialects/line.ts";
import { Refusals } from "../../lib/server/refusals.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { testServer } from "../../testing/test_server.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { rawPeer } from "../../testing/network/raw_peer.ts";

Deno.test("a full server gives the reason, over TLS too (max-connections-counts-preauth)", async () => {
  const listen = ["ft://127.0.0.1:0", "fts://127.0.0.1:0"];
  await using live = await testServer({ maxConnections: 1, listen });
  const { pin } = await openIdentity(live.state);
  {
    // A client counts before it sends anything.
    await using silent = await NativePeer.dial(live.server.addresses[0]!);
    await live.event("connection.open");
    for (const address of live.server.addresses) {
      const trust = address.startsWith("fts:") ? { trust: { pin } } : {};
      const opening = openRemote(parseEndpoint(address), { timeoutMs: 5000, ...trust });
      const error = await assertRejects(() => opening, FtError);
      assertEquals([error.code, error.retryable], ["limit", true], address);
    }
    await silent.hello();
    assertEquals((await silent.read())?.type, "HELO");
  }
  await live.event("connection.close");
  await using remote = await live.connect();
  await remote.ping();
});

/** The JSON of a FAIL frame. */
function failureIn(payload: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(payload.subarray(4)));
}

const FULL = new FtError("limit", "too many connections", { retryable: true });

/** Refuses a connection in memory; `closed` is the milliseconds until it was closed. */
function refuseOne(refusals: Refusals, dialects: readonly Dialect[], capacity?: number) {
  const [{ connection }, { connection: client }] = connectionPair({ capacity });
  const startedMs = performance.now();
  const closed = refusals.refuse(connection, dialects, FULL).then(() =>
    performance.now() - startedMs
  );
  return { connection, client, closed };
}

Deno.test("Refusals waits LAST_WORD_TIMEOUT_MS for a client that sends nothing", async () => {
  using time = new FakeTime();
  const { connection, closed } = refuseOne(new Refusals(), [line, framed]);
  await time.advance(LAST_WORD_TIMEOUT_MS);
  assertEquals([await closed, connection.signal.reason], [LAST_WORD_TIMEOUT_MS, FULL]);
});

Deno.test("Refusals does not wait for more first bytes, nor a client that does not read", async () => {
  using time = new FakeTime();
  const undecided = refuseOne(new Refusals(), [line, framed]);
  await undecided.client.send(new Uint8Array(4));
  const deaf = refuseOne(new Refusals(), [line], 4);
  await deaf.client.send(new Uint8Array(1));
  await time.advance(LAST_WORD_TIMEOUT_MS);
  assertEquals(await undecided.closed, LAST_WORD_TIMEOUT_MS);
  // A reason that is being sent gets the same time once more.
  await time.advance(LAST_WORD_TIMEOUT_MS);
  assertEquals([await deaf.closed <= 2 * LAST_WORD_TIMEOUT_MS, deaf.connection.signal.aborted], [
    ...[true, true],
  ]);
});

Deno.test("Refusals closes connections beyond MAX_REFUSALS at once, while others are refused", async () => {
  using time = new FakeTime();
  const refusals = new Refusals();
  const waiting = Array.from({ length: MAX_REFUSALS }, () => refuseOne(refusals, [line]));
  assertEquals(await refuseOne(refusals, [line]).closed, 0);
  assertEquals(waiting.map(({ connection }) => connection.signal.aborted).includes(true), false);
  await time.advance(LAST_WORD_TIMEOUT_MS);
  const { client } = refuseOne(refusals, [line]);
  await client.send(new Uint8Array(1));
  const reader = new ByteReader(client.readable);
  assertEquals(await reader.readLine(100), "ERR too many connections");
  await client[Symbol.asyncDispose]();
});

Deno.test("a refusal on the wire says whether a retry may help, and after what wait", async () => {
  await using full = await testServer({ maxConnections: 0 });
  await using refused = await NativePeer.dial(full.url);
  await refused.hello();
  assertEquals(failureIn((await refused.next(0, "FAIL")).payload), {
    ...{ code: "limit", message: "too many connections", retryable: true },
  });
  await using server = await testServer();
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, { op: "stat", path: "none" });
  const { code, retryable } = failureIn((await peer.next(1, "FAIL")).payload);
  assertEquals([code, retryable], ["not_found", false]);
  for (let id = 2; id < MESSAGE_BURST + 2; id++) {
    await peer.request(id, { op: "say", text: "hi" });
    await peer.next(id, "RPLY", "FAIL");
  }
  // On a slow machine the limit allows a few more.
  for (let id = 1000;; id++) {
    await peer.request(id, { op: "say", text: "hi" });
    const { type, payload } = await peer.next(id, "RPLY", "FAIL");
    if (type === "RPLY") continue;
    const { retryAfterMs, ...failure } = failureIn(payload);
    assertEquals([failure.code, failure.retryable, Number(retryAfterMs) > 0], [
      ...["limit", true, true],
    ]);
    break;
  }
});

Deno.test("a server that drains sends GBYE with a reason, and refuses requests as retryable", async () => {
  await using server = await testServer();
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, { op: "writeMany", precondition: { kind: "any" } });
  await peer.next(1, "ITEM");
  const drained = server.server.drain();
  const goodbye = await peer.read();
  assertEquals(goodbye?.type, "GBYE");
  const { code, message, retryable } = JSON.parse(new TextDecoder().decode(goodbye!.payload));
  assertEquals([code, message, retryable], ["network", "the server is stopping", true]);
  await peer.request(2, { op: "stat", path: "." });
  assertEquals(failureIn((await peer.next(2, "FAIL")).payload).retryable, true);
  await peer.sendOn(1, "COMT", new TextEncoder().encode("{}"));
  await peer.next(1, "RPLY");
  await drained;
  await peer.closed();
});

const FILE_FRAME = "\0\0\0\0\0\0\0\x05FILEa.txt";
const REFUSED: Record<string, readonly [string, string]> = {
  line: ["GET a.txt\n", "ERR too many connections\n"],
  framed: [FILE_FRAME, "\0\0\0\0\0\0\0\x14FERRtoo many connections"],
  oneshot: ["\0\0\0\x05a.txt", "ERRORtoo many connections"],
  updown: [`UPLOAD a.txt\n${"x".repeat(50_000)}`, "ERROR: too many connections"],
  json: [
    '\0\0\0\x12{"command":"list"}',
    '\0\0\0\x36{"status": "Fail", "response": "too many connections"}',
  ],
  stranger: ["\x7fELF", ""],
};

for (const [name, [request, answer]] of Object.entries(REFUSED)) {
  Deno.test(`a full server refuses a client in its own dialect: ${name}`, async () => {
    await using live = await testServer({ maxConnections: 0 });
    using peer = await rawPeer(live.server.addresses[0]!);
    await peer.say(request);
    assertEquals(new TextDecoder().decode(await peer.rest()), answer);
  });
}

Deno.test("a client of a legacy dialect learns that the server is full, and that a retry may help", async () => {
  await using server = await testServer({ maxConnections: 0 });
  const request = {
    ...{ names: ["a.txt"], dir: server.dir.path, recursive: false, existing: "refuse" } as const,
    ...{ times: true, resume: true, transfers: 1, retries: 0 },
  };
  for (const dialect of ["line", "framed", "json"]) {
    const endpoint = parseEndpoint(server.url.replace("ft:", `ft+${dialect}:`));
    const open = () => openRemote(endpoint, { timeoutMs: 5000 });
    const { failed: [failure] } = await getFiles(open, request, () => {});
    const { code, retryable } = failure!.error;
    assertEquals([code, retryable], ["limit", true], dialect);
  }
});
