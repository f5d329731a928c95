import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { testServer } from "../../testing/test_server.ts";
import { NativePeer } from "../../testing/native_peer.ts";
import { rawPeer } from "../../testing/raw_peer.ts";

Deno.test("a server that is full says so, over TLS too (max-connections-counts-preauth)", async () => {
  const listen = ["ft://127.0.0.1:0", "fts://127.0.0.1:0"];
  await using live = await testServer({ maxConnections: 1, listen });
  const { pin } = await openIdentity(live.state);
  {
    // It has said nothing yet, and counts.
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

Deno.test("a server that is full does not wait for those who say nothing", async () => {
  await using live = await testServer({ maxConnections: 0 });
  await using silent = await NativePeer.dial(live.server.addresses[0]!);
  await silent.closed();
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

for (const [name, [asks, hears]] of Object.entries(REFUSED)) {
  Deno.test(`a server that is full tells a peer in its own dialect: ${name}`, async () => {
    await using live = await testServer({ maxConnections: 0 });
    using peer = await rawPeer(live.server.addresses[0]!);
    await peer.say(asks);
    assertEquals(new TextDecoder().decode(await peer.rest()), hears);
  });
}

Deno.test("an older client hears that a server is full, and that asking again may help", async () => {
  await using live = await testServer({ maxConnections: 0 });
  for (const dialect of ["line", "framed", "json"]) {
    const url = live.server.addresses[0]!.replace("ft:", `ft+${dialect}:`);
    const opening = openRemote(parseEndpoint(url), { timeoutMs: 5000 });
    const error = await assertRejects(async () => {
      await using remote = await opening;
      await remote.files.read("a.txt");
    }, FtError);
    assertEquals([error.code, error.retryable], ["limit", true], dialect);
  }
});
