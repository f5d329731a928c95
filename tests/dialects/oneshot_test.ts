import { assertEquals } from "@std/assert";
import { encodeName } from "../../lib/dialects/name_fields.ts";
import { encodeOneshotMetadata } from "../../lib/dialects/oneshot.ts";
import { testServer } from "../../testing/test_server.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { LARGE_BYTES, md5, sampleBytes } from "../../testing/content.ts";

const listen = ["ft+oneshot://127.0.0.1:0", "ft://127.0.0.1:0"];

Deno.test({
  name: "encodeName and encodeOneshotMetadata encode the documented example",
  permissions: "none",
  fn() {
    assertEquals(encodeName("a.txt").toHex(), "00000005612e747874");
    const facts = encodeOneshotMetadata("é", 2 ** 40 + 1, "f".repeat(32));
    assertEquals(facts.toHex(), `00000002c3a90000010000000001${"66".repeat(32)}`);
  },
});

Deno.test("oneshot sends files of 0, 1 and 15 MB with their MD5, then closes", async () => {
  await using live = await testServer({ listen });
  for (const [index, address] of live.server.addresses.entries()) {
    for (const bytes of index === 0 ? [0, 1] : [0, 1, LARGE_BYTES]) {
      const content = sampleBytes(bytes);
      await Deno.writeFile(`${live.root}/{a}.bin`, content);
      using peer = await rawPeer(address);
      const request = lengthAnd("{a}.bin");
      await peer.say(request.subarray(0, 4), request.subarray(4));
      const answer = await peer.rest();
      const facts = encodeOneshotMetadata("{a}.bin", bytes, md5(content));
      assertEquals(new TextDecoder().decode(answer.subarray(0, 2)), "OK");
      assertEquals(answer.subarray(2, 2 + facts.length), facts);
      assertEquals(md5(answer.subarray(2 + facts.length)), md5(content));
    }
  }
});

Deno.test("oneshot pauses after OK, then sends the metadata in one write", async () => {
  await using live = await testServer({ listen });
  await Deno.writeTextFile(`${live.root}/a.txt`, "hello");
  using peer = await rawPeer(live.server.addresses[0]);
  await peer.say(lengthAnd("a.txt"));
  assertEquals(new TextDecoder().decode(await peer.reader.readSome(5) ?? undefined), "OK");
  const facts = encodeOneshotMetadata(
    "a.txt",
    5,
    md5(new TextEncoder().encode("hello")),
  );
  assertEquals((await peer.reader.readSome(facts.length))!.slice(), facts);
});

Deno.test("oneshot refuses with ERROR and the reason that existing clients know", async () => {
  await using live = await testServer({ listen });
  const answers: [string, string][] = [
    ["nope.txt", "ERRORFile 'nope.txt' not found on server"],
    ["../x", "ERRORpath not allowed (it leaves the root): ../x"],
  ];
  for (const [name, answer] of answers) {
    using peer = await rawPeer(live.server.addresses[1]);
    await peer.say(lengthAnd(name));
    await peer.finish();
    assertEquals(new TextDecoder().decode(await peer.rest()), answer);
  }
});

Deno.test("oneshot closes for an invalid name length", async () => {
  await using live = await testServer({ listen });
  for (const length of ["00000000", "00001001", "ffffffff"]) {
    using peer = await rawPeer(live.server.addresses[0]);
    await peer.say(Uint8Array.fromHex(length));
    assertEquals((await peer.rest()).length, 0);
  }
});

Deno.test("oneshot refuses a file without access", async () => {
  await using live = await testServer({ listen, anonymous: "none" });
  await Deno.writeTextFile(`${live.root}/a`, "A");
  using peer = await rawPeer(live.server.addresses[0]);
  await peer.say(lengthAnd("a"));
  assertEquals(new TextDecoder().decode(await peer.rest()), "ERRORnot allowed to list: a");
});
