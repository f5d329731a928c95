import { assertEquals, assertMatch } from "@std/assert";
import { MAX_HTTP_HEAD_BYTES, MAX_MONITORING_CONNECTIONS } from "../../lib/base/limits.ts";
import { parseAddress } from "../../lib/net/address.ts";
import { type AnswerHttp, serveHttp } from "../../lib/net/http_server.ts";

const echo: AnswerHttp = ({ method, url }) => new Response(`${method} ${new URL(url).pathname}`);

/** Sends pieces one after the other, and returns the whole answer. */
async function raw(url: string, ...pieces: string[]): Promise<string> {
  const { hostname, port } = parseAddress(url)!;
  using conn = await Deno.connect({ hostname, port: port! });
  for (const piece of pieces) await conn.write(new TextEncoder().encode(piece));
  return await new Response(conn.readable).text();
}

Deno.test("serveHttp answers requests, also in pieces, and HEAD without a body", async () => {
  await using server = serveHttp("http://127.0.0.1:0", echo);
  const response = await fetch(`${server.url}/a?b`);
  assertEquals([response.status, await response.text()], [200, "GET /a"]);
  const request = "GET /x HTTP/1.1\r\nHost: y\r\n\r\n";
  for (let at = 1; at < request.length; at++) {
    const answer = await raw(server.url, request.slice(0, at), request.slice(at));
    assertMatch(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nGET \/x$/);
  }
  const head = await fetch(server.url, { method: "HEAD" });
  assertEquals([head.headers.get("content-length"), await head.text()], ["6", ""]);
});

Deno.test("serveHttp discards a body, so that its sender gets the answer", async () => {
  await using server = serveHttp("http://127.0.0.1:0", () => new Response("no", { status: 405 }));
  const response = await fetch(server.url, { method: "POST", body: new Uint8Array(100_000) });
  assertEquals([response.status, await response.text()], [405, "no"]);
});

Deno.test("serveHttp refuses garbage and a request that is too long", async () => {
  await using server = serveHttp("http://127.0.0.1:0", echo);
  const field = "x: ";
  const fill = (bytes: number) => {
    const head = `GET / HTTP/1.1\r\n${field}`;
    return `${head}${"y".repeat(bytes - head.length - 4)}\r\n\r\n`;
  };
  const statusOf = async (request: string) => (await raw(server.url, request)).slice(9, 12);
  assertEquals(await statusOf(fill(MAX_HTTP_HEAD_BYTES)), "200");
  assertEquals(await statusOf(fill(MAX_HTTP_HEAD_BYTES + 1)), "431");
  for (const garbage of ["\r\n\r\n", "GET /\r\n\r\n", "TRACE / HTTP/1.1\r\n\r\n", "\0\x16\n\n"]) {
    assertEquals(await statusOf(garbage), "400", JSON.stringify(garbage));
  }
});

Deno.test("serveHttp: silent connections give way to new ones", async () => {
  await using server = serveHttp("http://127.0.0.1:0", echo);
  const { hostname, port } = parseAddress(server.url)!;
  using stack = new DisposableStack();
  for (let i = 0; i < MAX_MONITORING_CONNECTIONS + 1; i++) {
    stack.use(await Deno.connect({ hostname, port: port! }));
  }
  const response = await fetch(server.url);
  assertEquals(await response.text(), "GET /");
});
