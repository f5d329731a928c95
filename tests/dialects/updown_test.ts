import { assert, assertEquals } from "@std/assert";
import { cutAtControl, cutAtExtension, wholeName } from "../../lib/dialects/updown_name.ts";
import { DIALECT_PAUSE_MS } from "../../lib/base/limits.ts";
import { updown } from "../../lib/dialects/updown.ts";
import type { Files } from "../../lib/service/files.ts";
import { serveDialect } from "../../testing/dialect_session.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { bytesOf, rawPeer } from "../../testing/network/raw_peer.ts";
import { LARGE_BYTES, sampleBytes } from "../../testing/content.ts";

const listen = ["ft+updown://127.0.0.1:0", "ft://127.0.0.1:0"];
const pure = { permissions: "none" } as const;

const exists = async ({ root }: TestServer, name: string) =>
  await Deno.stat(`${root}/${name}`).then(() => true, () => false);

Deno.test({
  name: "cutAtControl ends a name at a newline, NUL or control byte",
  ...pure,
  fn() {
    const cut = (text: string | Uint8Array) => cutAtControl(bytesOf(text));
    assertEquals(cut("a b.txt\nrest"), { name: "a b.txt", bytes: 8, recovered: false });
    assertEquals(cut("a.txt\r\nrest"), { name: "a.txt", bytes: 7, recovered: false });
    assertEquals(cut("a.bin\0\x01rest"), { name: "a.bin", bytes: 5, recovered: true });
    assertEquals(cut("a.bin\x7fELF"), { name: "a.bin", bytes: 5, recovered: true });
    assertEquals(cut("a.txt"), null);
    // The bytes before the first control byte are not text, so the content begins earlier.
    assertEquals(cut(new Uint8Array([...bytesOf("a.png"), 0x89, 0x50, 0x0d])), null);
  },
});

Deno.test({
  name: "cutAtExtension ends a name at the first known extension, wholeName takes all",
  ...pure,
  fn() {
    const cut = (text: string) => cutAtExtension(bytesOf(text));
    assertEquals(cut("a.txthello"), { name: "a.txt", bytes: 5, recovered: true });
    assertEquals(cut("a.tar.gzrest")?.name, "a.tar.gz");
    assertEquals(cut("a.jsonrest")?.name, "a.json");
    assertEquals(cut("A.PNG"), { name: "A.PNG", bytes: 5, recovered: false });
    assertEquals(cut("nothing"), null);
    assertEquals(wholeName(bytesOf("my.document.final"))?.name, "my.document.final");
    assertEquals(wholeName(new Uint8Array(300).fill(97)), null);
    assertEquals(wholeName(new Uint8Array([0xff])), null);
  },
});

Deno.test("updown stores files of 0, 1 and 15 MB at the end of the stream, and sends them", async () => {
  await using live = await testServer({ listen });
  for (const [index, address] of live.server.addresses.entries()) {
    for (const bytes of index === 0 ? [0, 1] : [0, 1, LARGE_BYTES]) {
      const content = sampleBytes(bytes);
      const name = `my.document ${index}.${bytes}`;
      using up = await rawPeer(address);
      await up.say(`UPLOAD ${name}\n`, content);
      assertEquals(await exists(live, name), false, "nothing is visible before the end");
      await up.finish();
      assertEquals((await up.rest()).length, 0, "nothing is answered");
      assertEquals(await Deno.readFile(`${live.root}/${name}`), content);
      using down = await rawPeer(address);
      await down.say(`DOWNLOAD ${name}`);
      assertEquals(await down.rest(), content);
    }
  }
});

/** Serves an upload to files that only record its name and content. */
function receiveUpload() {
  const received = { name: "", content: "", committed: false };
  const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() };
  const upload = {
    ...nothing,
    add({ bytes }: { readonly bytes: Uint8Array }) {
      received.content += new TextDecoder().decode(bytes);
      return Promise.resolve(new Uint8Array(32));
    },
    commit: () => Promise.resolve(received.committed = true),
  };
  const stage = (name: string) => Promise.resolve((received.name = name, upload));
  const session = serveDialect(updown, { login: { files: { stage } as unknown as Files } });
  return { session, received };
}

Deno.test("updown takes any first segment for the name", async () => {
  using time = new FakeTime();
  const { session, received } = receiveUpload();
  await using _session = session;
  await session.say("UPLOAD my.txt document");
  await time.advance(DIALECT_PAUSE_MS - 1);
  assertEquals(received.name, "");
  await time.advance(1);
  await session.say("content");
  await session.client.closeWrite();
  assertEquals(await session.rest(), "");
  assertEquals(received, { name: "my.txt document", content: "content", committed: true });
});

Deno.test("updown looks for content in the first segment if the stream ends after it", async () => {
  for (
    const [said, name, content] of [
      ["my.txtcontent", "my.txt", "content"],
      ["my content", "my content", ""],
    ] as const
  ) {
    using time = new FakeTime();
    const { session, received } = receiveUpload();
    await using _session = session;
    await session.say(`UPLOAD ${said}`);
    await time.settle();
    await session.client.closeWrite();
    assertEquals(await session.rest(), "");
    assertEquals(received, { name, content, committed: true });
  }
});

Deno.test("updown recovers a name with content in the same segment", async () => {
  await using live = await testServer({ listen });
  const glued: [string | Uint8Array, string, string][] = [
    ["UPLOAD ours.txt\nhello", "ours.txt", "hello"],
    ["UPLOAD nul.bin\0\x01x", "nul.bin", "\0\x01x"],
    ["UPLOAD small.txthello", "small.txt", "hello"],
    [`UPLOAD long.csv${"1;".repeat(5000)}`, "long.csv", "1;".repeat(5000)],
  ];
  for (const [said, name, content] of glued) {
    using peer = await rawPeer(live.server.addresses[1]);
    await peer.say(said);
    await peer.finish();
    await peer.rest();
    assertEquals(await Deno.readTextFile(`${live.root}/${name}`), content, name);
  }
  const recovered = live.events.filter(({ event }) => event === "upload.recovered");
  assertEquals(recovered.map(({ fields }) => fields.name), ["nul.bin", "small.txt", "long.csv"]);
});

Deno.test("updown refuses a name that exists, and reads to the end", async () => {
  await using live = await testServer({ listen });
  await Deno.writeTextFile(`${live.root}/a.txt`, "old");
  using peer = await rawPeer(live.server.addresses[1]);
  await peer.say("UPLOAD a.txt\n", sampleBytes(LARGE_BYTES));
  await peer.finish();
  assertEquals(new TextDecoder().decode(await peer.rest()), "ERROR: already exists: a.txt");
  assertEquals(await Deno.readTextFile(`${live.root}/a.txt`), "old");
});

Deno.test("updown refuses a missing file, a path outside the root, and an unknown command", async () => {
  await using live = await testServer({ listen });
  for (const said of ["DOWNLOAD nope.txt", "DOWNLOAD ../x", "UPLOAD ../x\n", "REMOVE x"]) {
    using peer = await rawPeer(live.server.addresses[0]);
    await peer.say(said);
    await peer.finish();
    assert(new TextDecoder().decode(await peer.rest()).startsWith("ERROR: "), said);
  }
});

Deno.test("updown refuses to write without write access, and to read without any access", async () => {
  for (
    const [anonymous, said] of [["read", "UPLOAD a.txt\nx"], ["none", "DOWNLOAD b.txt"]] as const
  ) {
    await using live = await testServer({ listen, anonymous });
    await Deno.writeTextFile(`${live.root}/b.txt`, "B");
    using peer = await rawPeer(live.server.addresses[0]);
    await peer.say(said);
    await peer.finish();
    assert(new TextDecoder().decode(await peer.rest()).startsWith("ERROR: not allowed"), said);
    assertEquals(await exists(live, "a.txt"), false);
  }
});
