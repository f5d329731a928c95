import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { MAX_CHANGED_NAMES, MAX_MESSAGE_BYTES } from "../../../lib/base/limits.ts";
import { EventReader } from "../../../testing/event_reader.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** Opens a stream, or resumes one. */
async function open(
  { server }: Pick<WebServer, "server">,
  query: string,
  last?: string,
): Promise<EventReader> {
  const headers = last === undefined ? undefined : { "last-event-id": last };
  const response = await fetch(`${server.webUrl}/events?${query}`, { headers });
  assertEquals(response.status, 200);
  return new EventReader(response);
}

/** Sends a chat form. @returns The status and what came back. */
async function post(server: WebServer, fields: Record<string, string>) {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${server.server.webUrl}/chat`, { method: "POST", body });
  return [response.status, await response.json()] as const;
}

async function status(server: WebServer, path: string, init?: RequestInit): Promise<number> {
  const response = await server.fetch(path, init);
  await response.body?.cancel();
  return response.status;
}

const put = (server: WebServer, path: string) =>
  status(server, `/files/${path}`, { method: "PUT", body: "x" });

Deno.test("GET /events carries the chat of pages and of terminal clients, and who is here", async () => {
  await using server = await webServer();
  await using page = await open(server, "name=ana");
  const hello = await page.until("hello");
  assertEquals([hello.name, hello.user], ["ana", "anonymous"]);
  await using remote = await server.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  assertEquals(seat.name, "ana2", "names are unique across all clients");
  assertEquals((await page.until("chat")).text, "ana2 joined");
  const here = await page.until("presence");
  assertEquals(here.map(({ name, dialect }: Record<string, string>) => [name, dialect]), [
    ["ana", "web"],
    ["ana2", "native"],
  ]);
  await remote.chat.say("hello\n\nevent: evil");
  const message = await page.until("chat");
  assertEquals([message.from, message.text], ["ana2", "hello\n\nevent: evil"]);
  assertEquals(await post(server, { text: "hi", stream: hello.stream }), [200, { name: "ana" }]);
  const received = seat.messages[Symbol.asyncIterator]();
  const { value } = await received.next();
  assertEquals([value?.from, value?.text], ["ana", "hi"]);
});

Deno.test("an event names what changed in the open folder, by any user through any door", async () => {
  await using server = await webServer();
  for (const dir of ["d", "other"]) await Deno.mkdir(join(server.root, dir));
  await using page = await open(server, "folder=d/&chat=no");
  assertEquals(Object.keys(await page.until("hello")), ["stream", "user"]);
  await put(server, "other/x");
  await put(server, "d/a");
  assertEquals(await page.until("files"), { folder: "d", changed: ["a"], removed: [] });
  await using remote = await server.connect();
  await remote.files.mkdir("d/e/f");
  assertEquals(await page.until("files"), { folder: "d", changed: ["e"], removed: [] });
  await remote.files.move("d/a", "d/e/b");
  assertEquals(await page.until("files"), { folder: "d", changed: ["e"], removed: ["a"] });
  await remote.files.move("other/x", "d/x");
  assertEquals(await page.until("files"), { folder: "d", changed: ["x"], removed: [] });
  for (let i = 0; i <= MAX_CHANGED_NAMES; i++) await remote.files.mkdir(`d/n${i}`);
  const seen = await page.until("files");
  assert(seen.all === true || seen.changed.length <= MAX_CHANGED_NAMES, JSON.stringify(seen));
  await remote.files.remove("d", { recursive: true });
  let last = seen;
  while (last.gone === undefined) last = await page.until("files");
  assertEquals(last, { folder: "d", gone: true });
});

Deno.test("acl-hides-listing: no event names what its user must not list", async () => {
  await using server = await webServer();
  {
    using database = openAuthDatabase(server.state);
    const rule = { subject: "*", effect: "deny", actions: ["list" as const], path: "hidden" };
    new Rules(database).add({ ...rule, effect: "deny" });
  }
  await using page = await open(server, "folder=.");
  await page.until("hello");
  await put(server, "hidden/secret");
  await status(server, "/files/hidden/", { method: "MKCOL" });
  await put(server, "hidden/secret");
  await put(server, "seen");
  assertEquals(await page.until("files"), { folder: ".", changed: ["seen"], removed: [] });
  assertEquals([401, 403].includes(await status(server, "/events?folder=hidden")), true);
});

Deno.test("a client that connects again keeps its seat, and gets what it missed", async () => {
  await using server = await webServer();
  await using other = await open(server, "name=bo");
  const { stream } = await other.until("hello");
  const page = await open(server, "name=ana&folder=.");
  const hello = await page.until("hello");
  assertEquals((await other.until("chat")).text, "ana joined");
  await other.until("presence");
  await page[Symbol.asyncDispose]();
  await post(server, { text: "missed", stream });
  await put(server, "missed");
  await using again = await open(server, "name=ana&folder=.", page.lastId);
  assertEquals((await again.next())?.event, "resumed");
  assertEquals((await again.until("chat")).text, "missed");
  assertEquals((await again.until("files")).changed, ["missed"]);
  await post(server, { text: "still here", stream: hello.stream });
  const messages: string[] = [];
  while (messages.at(-1) !== "still here") messages.push((await other.until("chat")).text);
  // Nobody saw it leave.
  assertEquals(messages.filter((text) => !text.includes("uploaded")), ["still here"]);
  // A page that opens another folder takes its stream along.
  await Deno.mkdir(join(server.root, "d"));
  await using moved = await open(server, `folder=d&last=${encodeURIComponent(again.lastId)}`);
  await put(server, "d/new");
  assertEquals((await moved.until("files")).folder, "d");
  // The earlier connection ends.
  while (await again.next() !== undefined);
});

Deno.test("after a restart of the server a client has its name again, and the messages it missed", async () => {
  await using server = await webServer();
  const page = await open(server, "name=ana");
  const { stream } = await page.until("hello");
  const other = await open(server, "name=bo");
  const bo = await other.until("hello");
  await page.until("presence");
  await page[Symbol.asyncDispose]();
  await post(server, { text: "missed", stream: bo.stream });
  // A client that does not read its answer to the end would hold up the drain.
  await other[Symbol.asyncDispose]();
  await server.restart();
  await using again = await open(server, "name=other", page.lastId);
  const first = await again.next();
  assertEquals(first?.event, "hello");
  const hello = first?.data;
  assertEquals([hello.name, hello.stream === stream, hello.sequence], ["ana", false, 1]);
  assertEquals((await again.until("chat")).text, "missed");
});

Deno.test("a client that missed more than is kept gets a reset, and then what follows", async () => {
  await using server = await webServer();
  await using other = await open(server, "name=bo");
  const { stream } = await other.until("hello");
  const page = await open(server, "name=ana");
  await page.until("presence");
  await page[Symbol.asyncDispose]();
  const text = "x".repeat(MAX_MESSAGE_BYTES);
  for (let i = 0; i < 40; i++) await post(server, { text, stream });
  await using again = await open(server, "", page.lastId);
  const first = await again.next();
  assertEquals([first?.event, first?.data], ["reset", {}]);
  await post(server, { text: "next", stream });
  assertEquals((await again.until("chat")).text, "next");
});

Deno.test("a drain ends event streams", async () => {
  await using server = await webServer();
  await using page = await open(server, "");
  await page.until("hello");
  await server.server.drain();
  while (await page.next() !== undefined);
});

Deno.test("a page of another site receives no events, and takes no seat", async () => {
  await using server = await webServer();
  const foreign: Record<string, string>[] = [{ origin: "http://evil.example" }, {
    "sec-fetch-site": "cross-site",
  }];
  for (const headers of foreign) {
    assertEquals(await status(server, "/events", { headers }), 403);
  }
  assertEquals(server.logged().filter(([event]) => event === "chat.joined"), []);
  assertEquals(await status(server, "/events", { method: "HEAD" }), 200);
  assertEquals(await status(server, "/events?folder=missing"), 404);
  assertEquals(await status(server, "/events?folder=../x"), 403);
  await put(server, "file");
  assertEquals(await status(server, "/events?folder=file"), 409);
  assertEquals(server.logged().filter(([event]) => event === "chat.joined"), []);
});

Deno.test("users that may not list the folder may not chat, and get no events of it", async () => {
  await using server = await webServer({ anonymous: "none" });
  assertEquals([401, 403].includes(await status(server, "/events?folder=.")), true);
  await using page = await open(server, "");
  assertEquals(Object.keys(await page.until("hello")), ["stream", "user"]);
  assertEquals([401, 403].includes(await status(server, "/chat")), true);
});

Deno.test({
  name: "curl -N prints events as they happen",
  ...await needsProgram("curl", "--version"),
  async fn() {
    await using server = await webServer();
    const args = ["-sSN", "--max-time", "60", `${server.webUrl}/events?folder=.&name=curl`];
    await using program = RunningProgram.start({ path: "curl", args: [] }, args, {});
    await program.printed(/event: hello\n/);
    await put(server, "a");
    assertMatch(await program.printed(/event: files\ndata: .*\n/), /"changed":\["a"\]/);
  },
});
