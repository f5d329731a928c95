/**
 * The library as a program uses it: `serve`, `connect` and what they return.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { connect, FtError, serve } from "../../mod.ts";
import { codeOf } from "../../testing/code_of.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const utf8 = new TextEncoder();

async function scene(listen = ["ft://127.0.0.1:0"]) {
  const dir = await tempDir();
  const server = await serve(dir.join("shared"), { state: dir.join("state"), listen });
  const ft = await connect(server.addresses[0]!, { retries: 2 });
  const stack = new AsyncDisposableStack();
  for (const resource of [dir, server, ft]) stack.use(resource);
  return { dir, server, ft, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("Client reads a file as a stream, bytes and text, and saves it", async () => {
  await using scope = await scene();
  const { ft, dir } = scope;
  const content = crypto.getRandomValues(new Uint8Array(60_000));
  const { bytes, name } = await ft.put(content, "a/b.bin");
  assertEquals([bytes, name], [60_000, "a/b.bin"]);
  assertEquals(await ft.get("a/b.bin").bytes(), content);
  const pieces = await Array.fromAsync(ft.get("a/b.bin").stream(), (piece) => piece.length);
  assertEquals(pieces.reduce((sum, length) => sum + length, 0), 60_000);
  assertEquals((await ft.get("a/b.bin").to(dir.join("saved"))).moved, 60_000);
  assertEquals(await Deno.readFile(dir.join("saved")), content);
  await ft.put(utf8.encode("olá\n"), "text");
  assertEquals(await ft.get("text").text(), "olá\n");
});

Deno.test("Client uploads a local file, a stream and an empty one, and refuses to replace", async () => {
  await using scope = await scene();
  const { ft, dir } = scope;
  await Deno.writeTextFile(dir.join("local.txt"), "from disk");
  assertEquals((await ft.put(dir.join("local.txt"))).name, "local.txt");
  await ft.put(new Blob(["one", "two"]).stream(), "stream.txt");
  await ft.put(new Uint8Array(), "empty");
  const listed = await Array.fromAsync(ft.list(), ({ path, bytes }) => [path, bytes]);
  assertEquals(listed.sort(), [["empty", 0], ["local.txt", 9], ["stream.txt", 6]]);
  assertEquals(await codeOf(ft.put(utf8.encode("other"), "stream.txt")), "conflict");
  await ft.put(utf8.encode("other"), "stream.txt", { existing: "overwrite" });
  assertEquals(await ft.get("stream.txt").text(), "other");
  assertEquals(await codeOf(ft.put(utf8.encode("no name"))), "usage");
  assertEquals(await codeOf(ft.put(dir.join("missing"))), "not_found");
});

Deno.test("Client gives each failure its code, wherever it is noticed", async () => {
  await using scope = await scene();
  const { ft, dir } = scope;
  await ft.put(utf8.encode("12345"), "five");
  assertEquals(await codeOf(ft.get("five").bytes({ maxBytes: 4 })), "limit");
  assertEquals((await ft.get("five").bytes({ maxBytes: 5 })).length, 5);
  for (const missing of [ft.get("no").text(), ft.get("no").to(dir.join("no"))]) {
    assertEquals(await codeOf(missing), "not_found");
  }
  assertEquals(await codeOf(Array.fromAsync(ft.get("no").stream())), "not_found");
  assertEquals(await codeOf(Array.fromAsync(ft.list("no"))), "not_found");
  assertEquals(await codeOf(connect("fts://")), "usage");
  assertEquals(await codeOf(connect("fts://x", { user: "ana" })), "usage");
});

Deno.test("Client ends a download when its stream is cancelled or its signal aborts", async () => {
  await using scope = await scene();
  const { ft } = scope;
  await ft.put(new Uint8Array(8 * 1024 * 1024), "large");
  const reader = ft.get("large").stream().getReader();
  assertEquals((await reader.read()).done, false);
  await reader.cancel();
  const stop = new AbortController();
  const stream = ft.get("large").stream({ signal: stop.signal });
  await assertRejects(
    async () => {
      for await (const _piece of stream) stop.abort(new FtError("interrupted", "enough"));
    },
    FtError,
    "enough",
  );
  assertEquals(await Array.fromAsync(ft.list(), ({ path }) => path), ["large"], "still connected");
});

Deno.test("Client connects again when the server was restarted", async () => {
  await using dir = await tempDir();
  const [shared, state] = [dir.join("shared"), dir.join("state")];
  const first = await serve(shared, { state, listen: ["ft://127.0.0.1:0"] });
  const listen = [...first.addresses];
  await using ft = await connect(listen[0]!);
  await ft.put(utf8.encode("kept"), "a");
  await first[Symbol.asyncDispose]();
  await using _second = await serve(shared, { state, listen });
  assertEquals(await ft.get("a").text(), "kept");
});

Deno.test("Client joins the chat of the server", async () => {
  await using scope = await scene();
  const { ft, server } = scope;
  await using other = await connect(server.addresses[0]!);
  await using ana = await ft.chat({ name: "ana" });
  await (await other.remote()).chat.say("hello", { to: "ana" });
  for await (const message of ana.messages) {
    if (message.kind !== "message") continue;
    assertEquals(message.text, "hello");
    break;
  }
});
