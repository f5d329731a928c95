/**
 * The threats to the chat that the docs list, over real sockets.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_BURST } from "../../lib/base/limits.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { ourHello } from "../../lib/native/schemas.ts";
import { uint32s } from "../../lib/native/messages.ts";
import { nativeCaps } from "../../lib/native/frame_types.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrameHeader } from "../../lib/wire/frame.ts";
import { FrameReader } from "../../lib/wire/frame_decoder.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

/** A client that sends anything and reads only when told to. */
class RawClient implements Disposable {
  readonly frames: FrameReader;

  private constructor(readonly conn: Deno.TcpConn) {
    this.frames = new FrameReader(new ByteReader(conn.readable), nativeCaps);
  }

  static async connect(local: TestServer): Promise<RawClient> {
    const { hostname, port } = parseEndpoint(local.url);
    const client = new RawClient(await Deno.connect({ hostname, port }));
    await client.send("HELO", JSON.stringify(ourHello("raw")));
    assertEquals((await client.frames.read())?.type, "HELO");
    return client;
  }

  async send(type: string, text: string, id?: number): Promise<void> {
    const json = new TextEncoder().encode(text);
    const head = id === undefined ? new Uint8Array() : uint32s(id);
    const parts = [encodeFrameHeader(type, head.length + json.length), head, json];
    for (const part of parts) {
      for (let at = 0; at < part.length;) at += await this.conn.write(part.subarray(at));
    }
  }

  async request(id: number, request: unknown): Promise<void> {
    await this.send("REQU", JSON.stringify(request), id);
  }

  /** The next frame of a type. */
  async next(type: string): Promise<string> {
    while (true) {
      const frame = await this.frames.read();
      if (frame === null) throw new Error(`the connection ended without ${type}`);
      if (frame.type === type) return new TextDecoder().decode(frame.payload);
    }
  }

  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch {
      // The stream has closed it.
    }
  }
}

Deno.test("one-megabyte-message: it ends its connection unread, and no other", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using _seat = await remote.chat.join({ name: "ana" });
  using raw = await RawClient.connect(local);
  const huge = JSON.stringify({ op: "say", text: "x".repeat(1 << 20) });
  // The server may close while it is still being sent.
  await raw.send("REQU", huge, 1).catch(() => {});
  const failure = await raw.next("FAIL").catch(() => "closed");
  assert(failure === "closed" || failure.includes('"protocol"'), failure);
  assertEquals((await remote.chat.who()).map(({ name }) => name), ["ana"]);
});

Deno.test("a message above the cap that fits a frame is refused, and the connection stays", async () => {
  await using local = await testServer();
  using raw = await RawClient.connect(local);
  await raw.request(1, { op: "say", text: "x".repeat(MAX_MESSAGE_BYTES + 1) });
  assert((await raw.next("FAIL")).includes('"code":"limit"'));
  await raw.send("REQU", '{"op":"say","text":"\\ud800"}', 2);
  assert((await raw.next("FAIL")).includes('"code":"usage"'));
  await raw.request(3, { op: "say", text: "fine" });
  assertEquals((await raw.next("RPLY")).slice(4), "{}");
});

Deno.test("chat-flood: a connection is refused after its burst, however often it takes a seat", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  let refused: FtError | undefined;
  for (let i = 0; i < 2 * MESSAGE_BURST && refused === undefined; i++) {
    await using _seat = await remote.chat.join();
    refused = await remote.chat.say(`${i}`).then(() => undefined, (error) => error);
  }
  assertEquals(refused?.code, "limit");
  assert(refused!.retryAfterMs! > 0 && refused!.retryable);
  // A slow machine leaves time for a few more messages; all count, with a seat or without.
  const without = async () => {
    for (let i = 0; i < MESSAGE_BURST; i++) await remote.chat.say("without a seat");
  };
  assertEquals((await assertRejects(without, FtError)).code, "limit");
});

Deno.test("slow-reader-does-not-stall-others: a stopped reader loses its seat with a reason", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using quick = await remote.chat.join({ name: "quick" });
  using raw = await RawClient.connect(local);
  await raw.request(1, { op: "join", name: "stopped" });
  await raw.next("RPLY");
  const text = "x".repeat(MAX_MESSAGE_BYTES);
  const messages = quick.messages[Symbol.asyncIterator]();
  const here = async () => (await remote.chat.who()).map(({ name }) => name);
  let sent = 0;
  // How much the system buffers between the two is not known.
  while ((await here()).includes("stopped")) {
    for (let i = 0; i < 100; i++) local.server.chat.broadcast(text);
    sent += 100;
    for (let got = 0; got < 100;) got += (await messages.next()).value.kind === "message" ? 1 : 0;
  }
  assertEquals(await here(), ["quick"]);
  assert((await raw.next("GONE")).includes("too slowly"));
  await raw.request(2, { op: "join", name: "stopped", after: sent - 3 });
  await raw.next("RPLY");
  for (let i = 2; i >= 0; i--) assertEquals(JSON.parse(await raw.next("MESG")).sequence, sent - i);
});
