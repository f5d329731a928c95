import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import {
  encodeJsonMessage,
  isCommand,
  longAnswer,
  readJsonMessage,
} from "../../lib/dialects/json_message.ts";
import { MAX_JSON_BYTES } from "../../lib/base/limits.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { testServer } from "../../testing/test_server.ts";
import { lengthAnd, type RawPeer, rawPeer } from "../../testing/network/raw_peer.ts";
import { LARGE_BYTES } from "../../testing/content.ts";

const listen = ["ft+json://127.0.0.1:0", "ft://127.0.0.1:0"];
const ANSWER = { texts: ["status"], content: "response" } as const;
const pure = { permissions: "none" } as const;

async function ask(peer: RawPeer, request: unknown): Promise<unknown[]> {
  const message = lengthAnd(JSON.stringify(request));
  await peer.say(message.subarray(0, 4), message.subarray(4));
  return await answer(peer);
}

async function answer(peer: RawPeer): Promise<unknown[]> {
  const fields = (await readJsonMessage(peer.reader, ANSWER))!;
  const text = await new Blob(fields.takeContent()).text();
  return [fields.text("status"), text];
}

Deno.test({
  name: "encodeJsonMessage encodes a length and ASCII that JSON.parse reads",
  ...pure,
  async fn() {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const response = text.toWellFormed();
        const bytes = new Uint8Array(await new Blob(await encodeJsonMessage({ response })).bytes());
        assertEquals(bytes.subarray(4).every((byte) => byte >= 0x20 && byte < 0x7f), true);
        const message = await readJsonMessage(new ByteReader(new Blob([bytes]).stream()), ANSWER);
        assertEquals(await new Blob(message!.takeContent()).text(), response);
        const parts = await encodeJsonMessage({ status: "Success", response });
        const { length, pieces } = await longAnswer(new TextEncoder().encode(response));
        const long = await new Blob([...pieces] as BlobPart[]).bytes();
        assertEquals([long.length, long], [length, await new Blob(parts).bytes()]);
      }),
      { numRuns: 30 },
    );
    await assertRejects(() => encodeJsonMessage({ response: "\0".repeat(MAX_JSON_BYTES / 6) }));
  },
});

Deno.test({
  name: "isCommand requires the key itself",
  ...pure,
  fn() {
    const is = (text: string) => isCommand(new TextEncoder().encode(text));
    assert(is('{"a":1,"command":"x"}'));
    for (
      const no of ['{"a":"command"}', '["command"]', '{"command"', "null", '{"x":{"command":1}}']
    ) {
      assertEquals(is(no), false, no);
    }
  },
});

Deno.test({
  name: "readJsonMessage refuses a length above its cap before it allocates memory",
  ...pure,
  async fn() {
    const over = new Uint8Array(4);
    new DataView(over.buffer).setUint32(0, MAX_JSON_BYTES + 1);
    await assertRejects(() => readJsonMessage(new ByteReader(new Blob([over]).stream()), ANSWER));
  },
});

Deno.test("json lists, puts and gets texts of up to 15 MB", async () => {
  await using live = await testServer({ listen });
  for (const address of live.server.addresses) {
    using peer = await rawPeer(address);
    const large = address === live.server.addresses[0] ? 1 : LARGE_BYTES / 10;
    for (const text of ["", "é", "text \u{1f600}\n".repeat(large)]) {
      const fileName = `${large}-${text.length}.txt`;
      const [status] = await ask(peer, { command: "put", fileName, fileContent: text });
      assertEquals(status, "Success");
      assertEquals(await Deno.readTextFile(`${live.root}/${fileName}`), text);
      assertEquals(await ask(peer, { command: "get", fileName }), ["Success", text]);
    }
    await Deno.mkdir(`${live.root}/folder`, { recursive: true });
    const names = [...Deno.readDirSync(live.root)].map(({ name }) => name);
    const shown = names.filter((name) => !name.startsWith(".")).sort().join("\n");
    assertEquals(await ask(peer, { command: "list", path: "." }), ["Success", shown]);
    assertEquals((await ask(peer, { command: "exit" }))[0], "Success");
    assertEquals((await peer.rest()).length, 0);
  }
});

Deno.test("json fails with a reason, and answers the next request", async () => {
  await using live = await testServer({ listen });
  await Deno.writeFile(`${live.root}/binary`, new Uint8Array([0xff, 0xfe]));
  await Deno.writeTextFile(`${live.root}/there`, "old");
  using peer = await rawPeer(live.server.addresses[1]);
  const failing = [
    { command: "get", fileName: "nope" },
    { command: "get", fileName: "binary" },
    { command: "get", fileName: "../x" },
    { command: "get" },
    { command: "put", fileName: "there", fileContent: "new" },
    { command: "put", fileName: "x", fileContent: 5 },
    { command: "list", path: "nope" },
    { command: "dance" },
    { command: null },
  ];
  for (const request of failing) {
    const [status, reason] = await ask(peer, request);
    assertEquals(status, "Fail", JSON.stringify(request));
    assert(typeof reason === "string" && reason.length > 5);
  }
  assertEquals(await ask(peer, failing[0]), ["Fail", "File not found"]);
  assert(String((await ask(peer, failing[1]))[1]).includes("not a text file"));
  assertEquals(await Deno.readTextFile(`${live.root}/there`), "old");
  const same = { command: "put", fileName: "there", fileContent: "old" };
  assertEquals((await ask(peer, same))[0], "Success", "the same content is not an error");
  await peer.say(lengthAnd("{not json}"));
  assertEquals((await answer(peer))[0], "Fail");
});

Deno.test("json refuses to write without write access, and everything without any access", async () => {
  const denied = { read: ["put"], none: ["put", "get", "list"] } as const;
  for (const [anonymous, commands] of Object.entries(denied)) {
    await using live = await testServer({ listen, anonymous: anonymous as "read" | "none" });
    await Deno.writeTextFile(`${live.root}/a`, "A");
    using peer = await rawPeer(live.server.addresses[0]);
    for (const command of commands) {
      const fileName = command === "put" ? "b" : "a";
      const [status, reason] = await ask(peer, { command, fileName, fileContent: "x" });
      assertEquals(status, "Fail");
      assert(String(reason).startsWith("not allowed"), String(reason));
    }
  }
});
