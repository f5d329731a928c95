import { assertEquals } from "@std/assert";
import { decodeAnyHeader } from "../../lib/dialects/framed.ts";
import { encodeFrame, encodeFrameHeader } from "../../lib/wire/frame.ts";
import { testServer } from "../../testing/test_server.ts";
import { bytesOf, type RawPeer, rawPeer } from "../../testing/network/raw_peer.ts";
import { LARGE_BYTES, sampleBytes, sha256 } from "../../testing/content.ts";

const listen = ["ft+framed://127.0.0.1:0", "ft://127.0.0.1:0"];

async function frame({ reader }: RawPeer): Promise<{ type: string; payload: Uint8Array }> {
  const { type, length } = decodeAnyHeader(await reader.readExactly(12));
  return { type, payload: (await reader.readExactly(length)).slice() };
}

const textOf = (payload: Uint8Array) => new TextDecoder().decode(payload);

/** Receives a file strictly: nothing but FDAT may come between FHSH and the last byte. */
async function receive(peer: RawPeer, name: string): Promise<Uint8Array> {
  assertEquals(await frame(peer), { type: "FROK", payload: new Uint8Array() });
  const facts = await frame(peer);
  assertEquals(facts.type, "FMTA");
  const view = new DataView(facts.payload.buffer, facts.payload.byteOffset);
  const nameBytes = view.getUint32(0);
  assertEquals(textOf(facts.payload.subarray(4, 4 + nameBytes)), name);
  const bytes = Number(view.getBigUint64(4 + nameBytes));
  const sum = await frame(peer);
  assertEquals([sum.type, sum.payload.length], ["FHSH", 32]);
  const content = new Uint8Array(bytes);
  for (let at = 0; at < bytes;) {
    const { type, payload } = await frame(peer);
    assertEquals(type, "FDAT");
    content.set(payload, at);
    at += payload.length;
  }
  assertEquals(sha256(content), sum.payload.toHex());
  return content;
}

Deno.test("framed sends files of 0, 1 and 15 MB with their SHA-256", async () => {
  await using live = await testServer({ listen });
  for (const [index, address] of live.server.addresses.entries()) {
    using peer = await rawPeer(address);
    for (const bytes of index === 0 ? [0, 1] : [0, 1, LARGE_BYTES]) {
      const content = sampleBytes(bytes);
      await Deno.writeFile(`${live.root}/não.bin`, content);
      // Sends length and name separately, with white space around the name.
      await peer.say(encodeFrameHeader("FILE", 10), " não.bin");
      await peer.say(" ".repeat(10 - bytesOf(" não.bin").length));
      assertEquals((await receive(peer, "não.bin")).length, bytes);
    }
  }
});

Deno.test("framed refuses with FERR, skips unknown types, and closes at QUIT", async () => {
  await using live = await testServer({ listen });
  using peer = await rawPeer(live.server.addresses[1]);
  await peer.say(encodeFrame("FILE", bytesOf("nope")));
  const missing = await frame(peer);
  assertEquals([missing.type, textOf(missing.payload)], ["FERR", "Arquivo não encontrado"]);
  await peer.say(encodeFrame("XY 1", new Uint8Array(70_000)), encodeFrame("FILE", bytesOf("../a")));
  assertEquals((await frame(peer)).type, "FERR");
  await peer.say(encodeFrame("QUIT"));
  assertEquals((await peer.rest()).length, 0);
});

Deno.test("framed refuses a length above its cap before it allocates memory", async () => {
  await using live = await testServer({ listen });
  for (const [type, high] of [["FILE", 0], ["FILE", 0x7fffffff], ["CHAT", 0x200000]] as const) {
    using peer = await rawPeer(live.server.addresses[0]);
    const header = encodeFrameHeader(type, 0xffff_fff0);
    new DataView(header.buffer).setUint32(0, high);
    await peer.say(header);
    assertEquals((await frame(peer)).type, "FERR");
    assertEquals((await peer.rest()).length, 0);
  }
});

Deno.test("framed sends broadcasts to a client that only listens", async () => {
  await using live = await testServer({ listen });
  using listener = await rawPeer(live.server.addresses[0]);
  using talker = await rawPeer(live.server.addresses[0]);
  await talker.say(encodeFrame("FILE", bytesOf("x")));
  await frame(talker);
  await talker.say(encodeFrame("CHAT", bytesOf("olá\nmundo")));
  const { type, payload } = await frame(listener);
  assertEquals([type, textOf(payload)], ["CHAT", "[SERVIDOR]: guest2: olá mundo"]);
});

Deno.test("framed sends any number of broadcasts after a file, never within it", async () => {
  await using live = await testServer({ listen });
  const content = sampleBytes(LARGE_BYTES);
  await Deno.writeFile(`${live.root}/large.bin`, content);
  using peer = await rawPeer(live.server.addresses[0]);
  using talker = await rawPeer(live.server.addresses[0]);
  await peer.say(encodeFrame("FILE", bytesOf("nope")));
  await frame(peer);
  await peer.say(encodeFrame("FILE", bytesOf("large.bin")));
  // The client reads nothing of the answer until all broadcasts are sent.
  for (let n = 0; n < 20; n++) await talker.say(encodeFrame("CHAT", bytesOf(`${n}`)));
  await talker.say(encodeFrame("FILE", bytesOf("nope")));
  assertEquals((await frame(talker)).type, "FERR");
  const broadcasts: string[] = [];
  let got: Uint8Array | undefined;
  while (got === undefined || broadcasts.length < 20) {
    const { type, length } = decodeAnyHeader(await peer.reader.peek(12));
    if (type === "FROK") got = await receive(peer, "large.bin");
    else if (type === "CHAT") broadcasts.push(textOf((await frame(peer)).payload));
    else throw new Error(`${type} of ${length} bytes out of turn`);
  }
  assertEquals(got, content);
  assertEquals(broadcasts, Array.from({ length: 20 }, (_, n) => `[SERVIDOR]: guest2: ${n}`));
});

Deno.test("framed refuses a file without access", async () => {
  await using live = await testServer({ listen, anonymous: "none" });
  await Deno.writeTextFile(`${live.root}/a`, "A");
  using peer = await rawPeer(live.server.addresses[0]);
  await peer.say(encodeFrame("CHAT", bytesOf("hi")), encodeFrame("FILE", bytesOf("a")));
  const { type, payload } = await frame(peer);
  assertEquals([type, textOf(payload)], ["FERR", "not allowed to list: a"]);
});
