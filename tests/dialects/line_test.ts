import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { encodeOk, parseLineCommand } from "../../lib/dialects/line.ts";
import { testServer } from "../../testing/test_server.ts";
import { rawPeer } from "../../testing/network/raw_peer.ts";
import { LARGE_BYTES, sampleBytes, sha256 } from "../../testing/content.ts";

const listen = ["ft+line://127.0.0.1:0", "ft://127.0.0.1:0"];

Deno.test({
  name: "parseLineCommand takes the word in any case and splits at the first space",
  permissions: "none",
  fn() {
    assertEquals(parseLineCommand("gEt a b"), { kind: "get", name: "a b" });
    assertEquals(parseLineCommand("MSGC hi there"), { kind: "message", text: "hi there" });
    assertEquals(parseLineCommand("exit"), { kind: "exit" });
    assertEquals(parseLineCommand("GETS a"), { kind: "unknown" });
    for (const text of ["GET", "GET ", "get   "]) {
      assertEquals(parseLineCommand(text), { kind: "invalid", reason: "Invalid filename format" });
    }
    for (const text of ["MSGC", "msgc "]) {
      const reason = "Invalid MSGC command format";
      assertEquals(parseLineCommand(text), { kind: "invalid", reason });
    }
  },
});

Deno.test("line sends files of 0, 1 and 15 MB with their SHA-256", async () => {
  await using live = await testServer({ listen });
  for (const [index, address] of live.server.addresses.entries()) {
    using peer = await rawPeer(address);
    for (const bytes of index === 0 ? [0, 1] : [0, 1, LARGE_BYTES]) {
      const content = sampleBytes(bytes);
      await Deno.writeFile(`${live.root}/my file.bin`, content);
      await peer.say("GET my file.bin");
      const head = `OK my file.bin ${bytes} ${sha256(content)}`;
      assertEquals(await peer.line(), head);
      const got = new Uint8Array(await peer.reader.readExactly(bytes));
      assertEquals(sha256(got), sha256(content));
    }
  }
});

Deno.test("line refuses with the reasons that existing clients know", async () => {
  await using live = await testServer({ listen });
  using peer = await rawPeer(live.server.addresses[0]);
  const answers: [string, string][] = [
    ["GET nope.txt", "ERR File not found"],
    ["GET", "ERR Invalid filename format"],
    ["GET ", "ERR Invalid filename format"],
    ["MSGC", "ERR Invalid MSGC command format"],
    ["GET ../x\n", "ERR path not allowed (it leaves the root): ../x"],
  ];
  for (const [command, answer] of answers) {
    await peer.say(command);
    assertEquals(await peer.line(), answer, command);
  }
  await Deno.mkdir(`${live.root}/folder`);
  await peer.say("GET folder");
  assert((await peer.line())!.startsWith("ERR "));
});

Deno.test("line answers two commands of one segment, ignores unknown words, and closes at EXIT", async () => {
  await using live = await testServer({ listen });
  await Deno.writeTextFile(`${live.root}/a`, "A");
  await Deno.writeTextFile(`${live.root}/b`, "B");
  using peer = await rawPeer(live.server.addresses[1]);
  await peer.say("GET a\nGET b\r\nHELO\nMSGC hi\nEXIT");
  const answer = new TextDecoder().decode(await peer.rest());
  const [a, b] = ["A", "B"].map((text) => sha256(new TextEncoder().encode(text)));
  assertEquals(answer, `OK a 1 ${a}\nAOK b 1 ${b}\nB`);
});

Deno.test("line answers a client that has half-closed the connection", async () => {
  await using live = await testServer({ listen });
  await Deno.writeTextFile(`${live.root}/a`, "A");
  using peer = await rawPeer(live.server.addresses[1]);
  await peer.say("GET a");
  await peer.finish();
  assert(new TextDecoder().decode(await peer.rest()).endsWith("\nA"));
});

Deno.test("line sends the messages of others to a client that only listens, and not its own", async () => {
  await using live = await testServer({ listen });
  using listener = await rawPeer(live.server.addresses[0]);
  using talker = await rawPeer(live.server.addresses[0]);
  await talker.say("GET nope");
  await talker.line();
  await talker.say("MSGC one\ttwo \u{1f600}");
  assertEquals(await listener.line(), "MSGS [SERVER]: guest2: one\\ttwo \u{1f600}");
  await listener.say("MSGC answer");
  assertEquals(await talker.line(), "MSGS [SERVER]: guest: answer");
});

Deno.test("line refuses files and messages without access", async () => {
  await using live = await testServer({ listen, anonymous: "none" });
  await Deno.writeTextFile(`${live.root}/a`, "A");
  using peer = await rawPeer(live.server.addresses[0]);
  await peer.say("GET a");
  assert((await peer.line())!.startsWith("ERR not allowed"));
  await peer.say("MSGC hi");
  assertEquals(await peer.line(), "ERR not allowed to chat");
});

Deno.test("line refuses a command above its cap, and closes", async () => {
  await using live = await testServer({ listen });
  using peer = await rawPeer(live.server.addresses[0]);
  await peer.say(`GET ${"x".repeat(40_000)}`);
  assert(new TextDecoder().decode(await peer.rest()).startsWith("ERR "));
});

Deno.test({
  name: "encodeOk puts any name between OK and the size",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.string(), fc.nat(), (name, bytes) => {
      const sum = "0".repeat(64);
      const text = new TextDecoder().decode(encodeOk(name.toWellFormed(), bytes, sum));
      assertEquals(text, `OK ${name.toWellFormed()} ${bytes} ${sum}\n`);
    }));
  },
});
