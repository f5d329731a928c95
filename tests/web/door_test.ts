/**
 * Connections and requests of HTTP, from outside.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { MAX_WEB_HEAD_BYTES } from "../../lib/base/limits.ts";
import { rawPeer } from "../../testing/network/raw_peer.ts";
import { webServer } from "../../testing/web_server.ts";

const HOST = "Host: localhost";

function statuses(answers: string): string[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status!);
}

Deno.test("requests on one connection are answered in order, until one says close", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "content");
  const answers = await server.raw(
    ...["GET /files/a HTTP/1.1", HOST, "", "PUT /files/b HTTP/1.1", HOST, "Content-Length: 3", ""],
    ...["abcHEAD /files/b HTTP/1.1", HOST, "", "PUT /files/c HTTP/1.1", HOST],
    ...["Transfer-Encoding: chunked", "", "3;x=y", "abc", "1", "d", "0", "X: y", ""],
    ...[
      "GET /files/c HTTP/1.1",
      HOST,
      "Connection: close",
      "",
      "GET /files/a HTTP/1.1",
      HOST,
      "",
      "",
    ],
  );
  assertEquals(statuses(answers), ["200", "201", "200", "201", "200"]);
  assert(answers.endsWith("\r\n\r\nabcd"), answers);
});

Deno.test("an HTTP/1.0 client gets no chunks, and the end of the answer is that of the connection", async () => {
  await using server = await webServer();
  const answer = await server.raw("GET /files/ HTTP/1.0", "Accept: application/json", "", "");
  assertMatch(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assertMatch(answer, /connection: close\r\n/);
  assert(answer.endsWith("\r\n\r\n[]\n"), answer);
});

Deno.test("100 Continue is sent only after the head is checked, and only if the body is wanted", async () => {
  await using server = await webServer({ anonymous: "read" });
  const expect = "Expect: 100-continue";
  const put = ["PUT /files/a HTTP/1.1", HOST, "Content-Length: 3", expect, "", ""];
  const refused = await server.raw(...put);
  assertEquals(statuses(refused), ["401"]);
  assertMatch(refused, /connection: close/);
  const unknown = await server.raw("PUT /files/a HTTP/1.1", HOST, "Expect: 200-ok", "", "");
  assertEquals(statuses(unknown), ["417"]);
  await using open = await webServer();
  using peer = await rawPeer(open.webUrl);
  await peer.say(put.join("\r\n"));
  assertEquals(await peer.line(), "HTTP/1.1 100 Continue");
  await peer.say("abc");
  await peer.line();
  assertEquals(await peer.line(), "HTTP/1.1 201 Created");
});

Deno.test("request smuggling: after a head or a body with two readings the connection closes", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "content");
  const smuggled = ["GET /files/a HTTP/1.1", HOST, "", ""];
  const chunked = ["PUT /files/x HTTP/1.1", HOST, "Transfer-Encoding: chunked", ""];
  const cases: Record<string, readonly string[]> = {
    "both lengths": [
      "POST /files/ HTTP/1.1",
      HOST,
      "Content-Length: 4",
      "Transfer-Encoding: chunked",
      "",
      "0",
      "",
    ],
    "a bare line feed in the head": ["GET /files/a HTTP/1.1\nHost: localhost", ""],
    "no size": [...chunked, "", "abc"],
    "a size with a sign": [...chunked, "+3", "abc", "0", ""],
    "a size in another notation": [...chunked, "0x3", "abc", "0", ""],
    "a size that overflows": [...chunked, "FFFFFFFFFFFFFFFF", "abc", "0", ""],
    "a size with a bare line feed": [...chunked, "3\nabc", "0", ""],
    "a chunk longer than its size": [...chunked, "3", "abcd", "0", ""],
    "an extension with a line feed": [...chunked, "3;a\nb", "abc", "0", ""],
    "a line that is too long": [...chunked, `3;${"x".repeat(300)}`, "abc", "0", ""],
    "a trailer that is no field": [...chunked, "3", "abc", "0", "GET / HTTP/1.1", ""],
  };
  for (const [what, lines] of Object.entries(cases)) {
    const answers = await server.raw(...lines, ...smuggled);
    assertEquals(statuses(answers), ["400"], `${what}: ${answers}`);
    assertMatch(answers, /connection: close/, what);
  }
  assertEquals([...Deno.readDirSync(server.root)].map(({ name }) => name).includes("x"), false);
});

Deno.test("a head above its limit is refused, and one just below is not", async () => {
  await using server = await webServer();
  const request = (bytes: number) => {
    const head = `GET /files/ HTTP/1.1\r\n${HOST}\r\n`;
    return server.raw(`${head}X: ${"a".repeat(bytes - head.length - 7)}`, "", "");
  };
  assertEquals(statuses(await request(MAX_WEB_HEAD_BYTES)), ["200"]);
  const refused = await request(MAX_WEB_HEAD_BYTES + 1);
  assertEquals(statuses(refused), ["431"]);
});

Deno.test("preauth-slowloris: a head that does not end is cut", async () => {
  await using server = await webServer({ handshakeTimeoutMs: 200 });
  using peer = await rawPeer(server.webUrl);
  await peer.say("GET /files/ HTTP/1.1\r\n", "Ho");
  await server.event("connection.close", { result: "network" });
  assertEquals((await peer.rest().catch(() => new Uint8Array())).length, 0);
});

Deno.test("max-connections-counts-preauth: HTTP counts, and the reason is HTTP, too", async () => {
  await using server = await webServer({ maxConnections: 1 });
  using _first = await rawPeer(server.webUrl);
  const answer = await server.raw("GET /files/ HTTP/1.1", HOST, "", "");
  assertEquals(statuses(answer), ["503"]);
  assertMatch(answer, /retry-after: \d+\r\n/);
  assertMatch(answer, /"code":"limit"/);
});

Deno.test("a drain ends idle connections, and lets a running answer end", async () => {
  await using server = await webServer();
  using idle = await rawPeer(server.webUrl);
  await idle.say(`GET /files/ HTTP/1.1\r\n${HOST}\r\n\r\n`);
  await server.event("login.done");
  using putting = await rawPeer(server.webUrl);
  await putting.say(`PUT /files/a HTTP/1.1\r\n${HOST}\r\nContent-Length: 3\r\n\r\n`);
  await server.event("transfer.start");
  const drained = server.server.drain();
  assertMatch(new TextDecoder().decode(await idle.rest()), /^HTTP\/1\.1 200 OK/);
  await putting.say("abc");
  assertMatch(new TextDecoder().decode(await putting.rest()), /^HTTP\/1\.1 201 Created/);
  for (const peer of [idle, putting]) peer.finish();
  await drained;
  assertEquals(await Deno.readTextFile(join(server.root, "a")), "abc");
});

Deno.test("the plaintext port answers HTTP with the address of the web listener", async () => {
  await using server = await webServer();
  using peer = await rawPeer(server.url);
  await peer.say(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
  const answer = new TextDecoder().decode(await peer.rest());
  assertMatch(answer, /^HTTP\/1\.1 426 /);
  assert(answer.includes(`The web listener is at ${server.webUrl}\n`), answer);
});
