import { assertEquals } from "@std/assert";
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
