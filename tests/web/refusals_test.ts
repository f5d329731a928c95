/**
 * The statuses of refused requests.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { FtError } from "../../lib/base/errors.ts";
import { problem } from "../../lib/web/http/problem.ts";
import { sampleBytes } from "../../testing/content.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { type WebServer, webServer } from "../../testing/web_server.ts";

/** Sends a request; returns the status, our code and the wait. */
async function send(
  server: WebServer,
  method: string,
  path: string,
  body?: BodyInit,
): Promise<readonly (number | string | null)[]> {
  const response = await server.fetch(path, { method, body });
  const text = await response.text();
  const code = text === "" ? null : JSON.parse(text).code;
  return [response.status, code, response.headers.get("retry-after")];
}

Deno.test("a lock of another user is 423, for whatever would change the file", async () => {
  await using server = await webServer();
  await using remote = await server.connect();
  await remote.files.mkdir("d");
  await remote.files.lease("d/a", { ttlMs: 60_000 });
  const locked = [423, "conflict", null];
  assertEquals(await send(server, "PUT", "/files/d/a", "1"), locked);
  assertEquals(await send(server, "MKCOL", "/files/d/a"), locked);
  assertEquals(await send(server, "DELETE", "/files/d"), locked);
  await remote.files.release("d/a");
  assertEquals((await send(server, "PUT", "/files/d/a", "1"))[0], 201);
});

Deno.test("a quota that is used up is 507, with and without a length", async () => {
  await using server = await webServer();
  {
    using database = openAuthDatabase(server.state);
    const rule = { subject: "*", effect: "quota", actions: [], path: ".", bytes: 2000 } as const;
    new Rules(database).add({ ...rule });
  }
  const full = [507, "limit", null];
  assertEquals(await send(server, "PUT", "/files/a", new Uint8Array(2001)), full);
  const stream = ReadableStream.from([new Uint8Array(1500), new Uint8Array(501)]);
  assertEquals(await send(server, "PUT", "/files/a", stream), full);
  assertEquals((await send(server, "PUT", "/files/a", new Uint8Array(2000)))[0], 201);
  assertEquals((await send(server, "PUT", "/files/b", new Uint8Array(1)))[0], 507);
});

Deno.test(
  "disk-full-mid-write: a full disk is 507, and nothing of the file stays",
  NEEDS_MOUNT,
  async () => {
    await using disk = (await tinyDisk(2 << 20))!;
    await using server = await webServer({ root: disk.path });
    const before = (await send(server, "PUT", "/files/small", new Uint8Array(1000)))[0];
    assertEquals(before, 201);
    assertEquals(await send(server, "PUT", "/files/a", sampleBytes(4 << 20)), [
      507,
      "disk_full",
      null,
    ]);
    assertEquals((await send(server, "GET", "/files/a"))[0], 404);
    assertEquals((await send(server, "PUT", "/files/b", sampleBytes(1 << 20)))[0], 201);
  },
);

Deno.test({
  name: "problem has the status, the wait and the code of an error, and no text of the runtime",
  permissions: "none",
  async fn() {
    const answerOf = async (error: FtError) => {
      const response = problem(error);
      const { code, detail } = await response.json();
      return [response.status, response.headers.get("retry-after"), code, detail];
    };
    const limit = new FtError("limit", "a", { retryable: true, retryAfterMs: 1500 });
    assertEquals(await answerOf(limit), [429, "2", "limit", "a"]);
    const busy = new FtError("limit", "a", { retryable: true });
    assertEquals(await answerOf(busy), [503, "5", "limit", "a"]);
    const changing = new FtError("conflict", "a", { retryable: true });
    assertEquals((await answerOf(changing)).slice(0, 3), [503, "5", "conflict"]);
    const gone = new FtError("not_found", "a", { retryable: true });
    assertEquals((await answerOf(gone)).slice(0, 3), [503, "5", "not_found"]);
    const secret = new FtError("internal", "/home/ana/secret");
    assertEquals(await answerOf(secret), [500, null, "internal", "internal error"]);
    const escaped = new FtError("usage", "a\x1b[2J");
    assertEquals(await answerOf(escaped), [400, null, "usage", "a\\x1b[2J"]);
  },
});

Deno.test("control-characters-in-names: a name cannot add a header field", async () => {
  await using server = await webServer();
  const name = 'a\r\nX-Evil: 1".txt';
  await Deno.writeTextFile(`${server.root}/${name}`, "content");
  const path = `/files/${encodeURIComponent(name)}`;
  const answer = await server.raw(`GET ${path} HTTP/1.1`, "Host: localhost", "", "");
  assertMatch(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assertEquals(/^x-evil/im.test(answer), false, answer);
});
