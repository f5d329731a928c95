import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { MAX_REQUESTS_IN_FLIGHT } from "../../../lib/base/limits.ts";
import { NativeClient } from "../../../lib/client/native/native_client.ts";
import { encodeJson, uint32s } from "../../../lib/native/messages.ts";
import { encodeFrame } from "../../../lib/wire/frame.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { connectionPair } from "../../../testing/network/connection_pair.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";
import { pure } from "../../../testing/pure.ts";
import { text } from "../../conformance/content.ts";
import { endsAs, INFO, play } from "./scene.ts";

pure(
  "NativeClient treats an empty answer as a lost connection, which is retried",
  async () => {
    const [near, far] = connectionPair();
    await using server = new NativePeer(far.connection);
    const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 10_000 });
    greeting.catch(() => {});
    await server.read();
    await server.connection.closeWrite();
    assertEquals(await endsAs("network", greeting), "test closed the connection");
  },
);

pure("NativeClient refuses an answer that is not a valid hello", async () => {
  const answers: ((server: NativePeer) => Promise<unknown>)[] = [
    (server) => server.connection.send(text("HTTP/1.1 400 Bad Request\r\n\r\n")),
    // Shorter than a frame's header: the first byte must be enough.
    (server) => server.connection.send(text("220\n")),
    (server) => server.send("HELO", text("{}")),
    (server) => server.send("PONG", new Uint8Array(8)),
    (server) => server.hello({ versions: [2] }),
    (server) => server.hello({ blockBytes: 1 }),
  ];
  for (const answer of answers) {
    const [near, far] = connectionPair();
    await using server = new NativePeer(far.connection);
    const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 10_000 });
    greeting.catch(() => {});
    await server.read();
    await answer(server);
    assertStringIncludes(await endsAs("protocol", greeting), "test");
    assert(near.connection.signal.aborted);
  }
});

pure(
  "NativeClient disconnects from a silent server after its timeout (connection-freeze)",
  async () => {
    const [near, far] = connectionPair();
    await using _server = new NativePeer(far.connection);
    const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 20 });
    assertStringIncludes(await endsAs("network", greeting), "no answer");

    await using later = await play(40);
    const asking = later.files.stat("f");
    assertStringIncludes(await endsAs("network", asking), "no answer");
  },
);

pure("NativeClient waits for a slow server that answers pings", async () => {
  await using at = await play(400);
  const asking = at.files.stat("f");
  const { id } = await at.asked();
  for (let pings = 0; pings < 3; pings++) {
    const frame = await at.server.read();
    assertEquals(frame?.type, "PING");
    await at.server.send("PONG", frame!.payload);
  }
  await at.server.sendOn(id, "RPLY", encodeJson(INFO));
  assertEquals((await asking).bytes, INFO.bytes);
});

pure("NativeClient ends a connection on which a damaged length swallows the pongs", async () => {
  using time = new FakeTime();
  await using at = await play(400);
  const asking = at.files.stat("f");
  const { id } = await at.asked();
  const reply = encodeFrame("RPLY", uint32s(id), encodeJson(INFO));
  reply[6]! ^= 0x20;
  await at.server.connection.send(reply);
  let pings = 0;
  const answering = (async () => {
    for (let frame = await at.server.read(); frame !== null; frame = await at.server.read()) {
      if (frame.type !== "PING") continue;
      pings++;
      await at.server.send("PONG", frame.payload);
    }
  })().catch(() => {});
  const ended = assertRejects(() => asking, FtError);
  for (let ms = 0; ms < 800 && !at.client.signal.aborted; ms += 50) await time.advance(50);
  assertEquals([at.client.signal.aborted, pings > 1], [true, true]);
  const { code, retryable } = await ended;
  assertEquals([code, retryable], ["network", true]);
  await answering;
});

pure(
  "NativeClient waits for a long answer over a line that takes longer than its timeout",
  async () => {
    using time = new FakeTime();
    await using at = await play(400);
    const asking = at.files.stat("f");
    const { id } = await at.asked();
    const reply = encodeFrame("RPLY", uint32s(id), encodeJson({ ...INFO, mime: "x".repeat(200) }));
    for (let from = 0; from < reply.length; from += 20) {
      await at.server.connection.send(reply.subarray(from, from + 20));
      await time.advance(300);
    }
    assertEquals((await asking).bytes, INFO.bytes);
  },
);

pure("NativeClient ends all calls with the server's reason", async () => {
  await using at = await play();
  const asking = [at.files.stat("a"), at.files.stat("b")];
  await at.asked();
  const failure = { code: "limit", message: "go away", retryable: true, retryAfterMs: 5 };
  await at.server.sendOn(0, "FAIL", encodeJson(failure));
  for (const asked of asking) {
    const error = await assertRejects(() => asked, FtError);
    assertEquals([error.code, error.message, error.retryAfterMs], ["limit", "go away", 5]);
  }
});

pure("NativeClient treats an unknown error code as internal", async () => {
  await using at = await play();
  const asking = at.files.stat("a");
  const { id } = await at.asked();
  await at.server.sendOn(id, "FAIL", encodeJson({ code: "x", message: "m", retryable: false }));
  assertEquals(await endsAs("internal", asking), "m");
});

pure("NativeClient runs no more requests at once than a server accepts", async () => {
  await using at = await play();
  const asking = Array.from({ length: MAX_REQUESTS_IN_FLIGHT + 1 }, () => at.files.mkdir("d"));
  for (let n = 0; n < MAX_REQUESTS_IN_FLIGHT; n++) await at.asked();
  await at.server.send("PING", new Uint8Array(8));
  assertEquals((await at.server.read())?.type, "PONG");
  await at.server.sendOn(1, "RPLY", text("{}"));
  const { id } = await at.asked();
  for (let n = 2; n <= MAX_REQUESTS_IN_FLIGHT; n++) await at.server.sendOn(n, "RPLY", text("{}"));
  await at.server.sendOn(id, "RPLY", text("{}"));
  await Promise.all(asking);
});

pure("NativeClient refuses to send a request that is too long", async () => {
  await using at = await play();
  await endsAs("limit", at.files.stat("x".repeat(70_000)));
  const asking = at.files.stat("f");
  await at.server.sendOn((await at.asked()).id, "RPLY", encodeJson(INFO));
  await asking;
});
