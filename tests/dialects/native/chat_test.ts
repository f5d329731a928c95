import { assertEquals } from "@std/assert";
import { MAX_CHAT_HISTORY } from "../../../lib/base/limits.ts";
import { testServer } from "../../../testing/test_server.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";

Deno.test("native replies to a join before it sends the messages the client missed", async () => {
  await using server = await testServer();
  for (let n = 0; n < 3; n++) server.server.chat.broadcast(`${n}`);
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, { op: "join", after: 0 });
  const types = [];
  for (let n = 0; n < 4; n++) types.push((await peer.read())?.type);
  assertEquals(types, ["RPLY", "MESG", "MESG", "MESG"]);
});

Deno.test("native tells a client whether messages after the one it names are lost", async () => {
  await using server = await testServer();
  for (let n = 0; n < MAX_CHAT_HISTORY + 10; n++) server.server.chat.broadcast(`${n}`);
  for (const [after, incomplete] of [[5, true], [10, undefined], [1e6, true]] as const) {
    await using remote = await server.connect();
    await using seat = await remote.chat.join({ after });
    assertEquals(seat.incomplete, incomplete, `after ${after}`);
  }
});
