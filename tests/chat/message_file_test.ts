import { assertEquals, assertThrows } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import { MessageFile } from "../../lib/chat/message_file.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

const raise = (error: unknown) => {
  throw error;
};

Deno.test("MessageFile keeps messages, receivers and their order across a restart", async () => {
  await using dir = await tempDir();
  const path = dir.join("chat.sqlite");
  {
    using file = new MessageFile(path, raise);
    const hub = new Hub({ store: file });
    hub.join({ name: "ana", dialect: "test" }, { identity: "ana-client" });
    hub.broadcast("one");
    hub.sayAs("ben", "psst", "ana", {});
    hub.sayAs("ben", "olá\x00\x1b", undefined, { identity: "ben-client" });
  }
  using file = new MessageFile(path, raise);
  const hub = new Hub({ store: file });
  hub.broadcast("four");
  const replay = (name: string, identity?: string) => {
    using seat = hub.join({ name, dialect: "test", after: 0 }, { identity });
    seat[Symbol.dispose]();
    return Array.fromAsync(seat.messages, (m) => `${m.sequence} ${m.from}: ${m.text}`);
  };
  const all = ["1 SERVER: one", "3 ben: olá\x00\x1b", "4 SERVER: four"];
  assertEquals(await replay("ana", "ana-client"), all.toSpliced(1, 0, "2 ben: psst"));
  assertEquals(await replay("ana"), all);
  assertEquals(await replay("ben", "ben-client"), ["1 SERVER: one", "4 SERVER: four"]);
});

Deno.test("MessageFile removes messages beyond its cap", async () => {
  await using dir = await tempDir();
  using file = new MessageFile(dir.join("chat.sqlite"), raise);
  const say = (sequence: number) =>
    file.add({ message: { sequence, kind: "message", from: "a", text: "", atMs: 0 } }, 10);
  for (let i = 1; i <= 200; i++) say(i);
  const sequences = () => file.load(1000).map(({ message }) => message.sequence);
  assertEquals(sequences(), [191, 192, 193, 194, 195, 196, 197, 198, 199, 200]);
  // Old rows are removed a hundred at a time.
  for (let i = 201; i < 300; i++) say(i);
  assertEquals(sequences()[0], 191);
});

Deno.test("MessageFile reports what it cannot read or write, and goes on without it", async () => {
  await using dir = await tempDir();
  const faults: unknown[] = [];
  const file = new MessageFile(dir.join("chat.sqlite"), (error) => faults.push(error));
  file[Symbol.dispose]();
  assertEquals(file.load(10), []);
  assertEquals(faults.length, 1);
  file.add({ message: { sequence: 1, kind: "message", from: "a", text: "", atMs: 0 } }, 10);
  assertEquals(faults.length, 2);
});

Deno.test("MessageFile refuses an invalid database, and a server runs a chat without it", async () => {
  await using dir = await tempDir();
  const state = dir.join("state");
  await Deno.mkdir(state);
  await Deno.writeTextFile(`${state}/chat.sqlite`, "no database".repeat(100));
  assertThrows(() => new MessageFile(`${state}/chat.sqlite`, raise));
  await using local = await testServer({ state });
  await using remote = await local.connect();
  await remote.chat.say("hi");
});
