import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { encodeFrameHeader } from "../../lib/wire/frame.ts";
import { testServer } from "../../testing/test_server.ts";
import { bytesOf, lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";

const DIALECTS = ["line", "framed", "oneshot", "updown", "json"] as const;

/** Valid beginnings in each dialect, so that garbage gets past the first check. */
const BEGINNINGS: Record<typeof DIALECTS[number], (string | Uint8Array)[]> = {
  line: ["GET ", "MSGC ", "exit", "\n"],
  framed: [
    encodeFrameHeader("FILE", 5),
    encodeFrameHeader("CHAT", 300),
    encodeFrameHeader("????", 2),
  ],
  oneshot: [new Uint8Array([0, 0, 0, 9]), lengthAnd("a.txt")],
  updown: ["UPLOAD ", "DOWNLOAD ", "UPLOAD a.txt"],
  json: [new Uint8Array([0, 0, 0, 9]), lengthAnd('{"command":"list"}'), lengthAnd("{}")],
};

for (const dialect of DIALECTS) {
  Deno.test(`garbage to ${dialect} closes the connection, and does no other harm`, async () => {
    const listen = [`ft+${dialect}://127.0.0.1:0`, "ft://127.0.0.1:0"];
    await using live = await testServer({ listen, anonymous: "read" });
    await Deno.writeTextFile(`${live.root}/a.txt`, "hello");
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom(...BEGINNINGS[dialect].map(bytesOf)),
    );
    const said = fc.tuple(fc.nat(1), fc.array(piece, { minLength: 1, maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(said, async ([listener, pieces]) => {
        using peer = await rawPeer(live.server.addresses[listener]);
        // The server may close the connection while the client is still sending.
        await peer.say(...pieces).then(() => peer.finish()).catch(() => {});
        await peer.rest().catch(() => {});
      }),
      { numRuns: 40 },
    );
    const faults = live.events.filter(({ level }) => level === "error");
    assertEquals(faults.map(({ event, fields }) => [event, fields.message]), []);
    assertEquals(await Deno.readTextFile(`${live.root}/a.txt`), "hello");
  });
}

Deno.test("HTTP and TLS on a plaintext port are refused", async () => {
  await using live = await testServer();
  using browser = await rawPeer(live.server.addresses[0]);
  await browser.say("POST /a HTTP/1.1\r\nContent-Length: 100000\r\n\r\n", new Uint8Array(100_000));
  const answer = new TextDecoder().decode(await browser.rest());
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  assertEquals(head.split("\r\n")[0], "HTTP/1.1 426 Upgrade Required");
  assertEquals(/Content-Length: (\d+)/.exec(head)?.[1], `${body.length}`);
  assertEquals(body, "This port does not speak HTTP. This server has no web listener.\n");
  using tls = await rawPeer(live.server.addresses[0]);
  await tls.say(Uint8Array.fromHex("160301020001"));
  assertEquals((await tls.rest().catch(() => new Uint8Array())).length, 0);
  assertEquals(live.logged().flat().includes("tls.refused"), true);
});
