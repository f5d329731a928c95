import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_BURST } from "../../../lib/base/limits.ts";
import { EventReader } from "../../../testing/event_reader.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

async function seated(
  server: WebServer,
  query: string,
  headers?: HeadersInit,
): Promise<{ readonly page: EventReader; readonly stream: string; readonly name: string }> {
  const page = new EventReader(await server.fetch(`/events?${query}`, { headers }));
  const { stream, name } = await page.until("hello");
  return { page, stream, name };
}

async function post(
  server: WebServer,
  fields: Record<string, string>,
  headers?: HeadersInit,
) {
  const body = new URLSearchParams(fields);
  const response = await server.fetch("/chat", { method: "POST", body, headers });
  return [response.status, await response.json(), response.headers.get("retry-after")] as const;
}

Deno.test("POST /chat sends to all or to one, and changes a name by the rules of the chat", async () => {
  await using server = await webServer();
  const ana = await seated(server, "name=ana");
  await using _page = ana.page;
  const bo = await seated(server, "name=bo");
  await using other = bo.page;
  const cy = await seated(server, "name=cy");
  await using third = cy.page;
  assertEquals((await post(server, { text: "one", to: "bo", stream: ana.stream }))[0], 200);
  assertEquals((await post(server, { text: "all", stream: ana.stream }))[0], 200);
  const texts = async (reader: EventReader) => {
    const found: string[] = [];
    while (found.at(-1) !== "all") {
      const { kind, text } = await reader.until("chat");
      if (kind === "message") found.push(text);
    }
    return found;
  };
  assertEquals([await texts(other), await texts(third)], [["one", "all"], ["all"]]);
  const named = await post(server, { name: " b\u200bo", stream: ana.stream });
  assertEquals(named.slice(0, 2), [200, { name: "bo2", wanted: "bo", taken: "seat" }]);
  assertEquals((await post(server, { name: "SERVER", stream: ana.stream }))[1].name, "SERVER2");
  assertEquals((await post(server, { text: "x", to: "nobody", stream: ana.stream }))[0], 404);
  const who = await (await server.fetch("/chat")).json();
  assertEquals(who.map(({ name }: { name: string }) => name), ["bo", "cy", "SERVER2"]);
});

Deno.test("POST /chat has the limits of the chat", async () => {
  await using server = await webServer();
  const { page, stream } = await seated(server, "name=ana");
  await using _page = page;
  const long = "x".repeat(MAX_MESSAGE_BYTES);
  assertEquals((await post(server, { text: long, stream }))[0], 200);
  const [status, { code }] = await post(server, { text: `${long}x`, stream });
  assertEquals([status, code], [413, "limit"]);
  assertEquals((await post(server, { text: long.repeat(5), stream }))[0], 413);
  assertEquals((await post(server, { stream }))[0], 400);
  assertEquals((await post(server, { text: "x", name: "bo" }))[0], 400);
  assertEquals((await post(server, { text: "x", stream: "wrong" }))[0], 404);
  const json = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
  const refused = await server.fetch("/chat", json);
  await refused.body?.cancel();
  assertEquals(refused.status, 415);
  const foreign: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign) {
    assertEquals((await post(server, { text: "x", stream }, headers))[0], 403);
  }
  // Fewer at once than a host may have connections.
  let answer = await post(server, { text: "x", stream });
  for (let i = 0; i < MESSAGE_BURST && answer[0] === 200; i++) {
    const some = Array.from({ length: 30 }, () => post(server, { text: "x", stream }));
    answer = (await Promise.all(some)).find(([status]) => status !== 200) ?? answer;
  }
  assertEquals([answer[0], answer[1].code], [429, "limit"]);
  assert(Number(answer[2]) >= 1);
});

Deno.test("a stream belongs to its user, and a name of a user to that user", async () => {
  await using server = await webServer();
  {
    using database = openAuthDatabase(server.state);
    await new Users(database).add("ana", "write", "pass: word");
  }
  const authorization = `Basic ${btoa("ana:pass: word")}`;
  const ana = await seated(server, "", { authorization });
  await using _page = ana.page;
  assertEquals(ana.name, "ana");
  assertEquals((await post(server, { text: "x", stream: ana.stream }))[0], 404);
  assertEquals((await post(server, { text: "x", stream: ana.stream }, { authorization }))[0], 200);
  const guest = await seated(server, "name=ana");
  await using other = guest.page;
  assertEquals(guest.name, "ana2");
  // Without a seat a message has the user's name.
  await post(server, { text: "by curl" }, { authorization });
  const message = await other.until("chat");
  assertEquals([message.from, message.text], ["ana", "by curl"]);
});

Deno.test("POST /chat gives up the seat of a stream at once, which stays open", async () => {
  await using server = await webServer();
  const ana = await seated(server, "name=ana");
  await using page = ana.page;
  const bo = await seated(server, "name=bo&folder=.");
  await using other = bo.page;
  assertEquals((await page.until("chat")).text, "bo joined");
  assertEquals((await post(server, { leave: "1", stream: bo.stream })).slice(0, 2), [200, {}]);
  assertEquals((await page.until("chat")).text, "bo left");
  assertEquals((await post(server, { text: "x", stream: bo.stream }))[0], 404);
  const put = await server.fetch("/files/new", { method: "PUT", body: "x" });
  assertEquals([put.status, await put.text()], [201, ""]);
  assertEquals((await other.until("files")).changed, ["new"]);
  assertEquals((await post(server, { leave: "1", stream: "unknown" }))[0], 200);
});
