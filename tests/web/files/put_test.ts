import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

async function put(
  server: WebServer,
  path: string,
  body: BodyInit,
  headers?: HeadersInit,
): Promise<number> {
  const response = await server.fetch(path, { method: "PUT", body, headers });
  await response.body?.cancel();
  return response.status;
}

async function names(server: WebServer): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(server.root));
  return entries.map(({ name }) => name).filter((name) => name !== ".ftserver").sort();
}

Deno.test("PUT creates and replaces files, with a length and in chunks", async () => {
  await using server = await webServer();
  for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES]) {
    const content = sampleBytes(size);
    assertEquals(await put(server, `/files/${size}`, content), 201);
    assertEquals(await Deno.readFile(join(server.root, `${size}`)), content);
    const chunks = ReadableStream.from([content.subarray(0, 10), content.subarray(10)]);
    assertEquals(await put(server, `/files/${size}`, chunks), 204);
    assertEquals(await Deno.readFile(join(server.root, `${size}`)), content);
  }
});

Deno.test("PUT holds to its preconditions", async () => {
  await using server = await webServer();
  const path = join(server.root, "a");
  const tag = async () => {
    const response = await server.fetch("/files/a", { method: "HEAD" });
    return response.headers.get("etag")!;
  };
  assertEquals(await put(server, "/files/a", "1", { "if-match": "*" }), 412);
  assertEquals(await put(server, "/files/a", "1", { "if-none-match": "*" }), 201);
  assertEquals(await put(server, "/files/a", "2", { "if-none-match": "*" }), 412);
  const first = await tag();
  assertEquals(await put(server, "/files/a", "2", { "if-match": `"x", ${first}` }), 204);
  assertEquals(await put(server, "/files/a", "3", { "if-match": first }), 412);
  await Deno.writeTextFile(path, "4");
  // Nobody has computed the root of this version.
  assertEquals(await put(server, "/files/a", "5", { "if-match": await tag() }), 204);
  assertEquals(await put(server, "/files/a", "6", { "if-match": "*" }), 204);
  assertEquals(await Deno.readTextFile(path), "6");
});

Deno.test("two-writers-one-name: a PUT whose file changes while its body arrives is refused", async () => {
  await using server = await webServer();
  const path = join(server.root, "a");
  await Deno.writeTextFile(path, "1");
  const etag = (await server.fetch("/files/a", { method: "HEAD" })).headers.get("etag")!;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new Uint8Array(BLOCK_BYTES));
      await server.event("transfer.start");
      await Deno.writeTextFile(path, "other");
      controller.close();
    },
  });
  assertEquals(await put(server, "/files/a", body, { "if-match": etag }), 412);
  assertEquals(await Deno.readTextFile(path), "other");
});

Deno.test("PUT refuses content that is not what was promised, and leaves nothing", async () => {
  await using server = await webServer();
  const digest = (algorithm: string) => createHash(algorithm).update("content").digest("base64");
  const right = {
    "repr-digest": `sha-256=:${digest("sha256")}:`,
    "content-md5": digest("md5"),
  };
  for (const [field, value] of Object.entries(right)) {
    assertEquals(await put(server, `/files/${field}`, "Content", { [field]: value }), 422, field);
    assertEquals(
      await put(server, `/files/${field}`, "content", { [field]: "x" }),
      field === "repr-digest" ? 201 : 400,
    );
    assertEquals(await put(server, `/files/r-${field}`, "content", { [field]: value }), 201, field);
  }
  assertEquals(await names(server), ["r-content-md5", "r-repr-digest", "repr-digest"]);
});

Deno.test("PUT of fewer bytes than its length leaves nothing, staged or not", async () => {
  await using server = await webServer();
  const head = ["PUT /files/a HTTP/1.1", "Host: localhost", "Content-Length: 2000000", "", ""];
  await server.raw(...head, "x".repeat(1_500_000));
  await server.event("connection.close");
  assertEquals(await names(server), []);
  const own = join(server.root, ".ftserver");
  const files = await Array.fromAsync(Deno.readDir(join(own, "staging"))).catch(() => []);
  assertEquals(files, []);
});

Deno.test("PUT below a missing folder is 409, MKCOL creates it, DELETE removes it", async () => {
  await using server = await webServer();
  const status = async (method: string, path: string, body?: string) => {
    const response = await server.fetch(path, { method, body });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await put(server, "/files/d/a", "1"), 409);
  assertEquals(await status("MKCOL", "/files/d/e"), 409);
  assertEquals(await status("MKCOL", "/files/d/", "body"), 415);
  assertEquals(await status("MKCOL", "/files/d/"), 201);
  assertEquals(await status("MKCOL", "/files/d/"), 405);
  assertEquals(await put(server, "/files/d/a", "1"), 201);
  assertEquals(await put(server, "/files/d", "1"), 405);
  assertEquals(await put(server, "/files/d/a/b", "1"), 409);
  assertEquals(await status("DELETE", "/files/d/a/"), 404);
  assertEquals(await status("DELETE", "/files/d"), 204);
  assertEquals(await status("DELETE", "/files/d"), 404);
  assertEquals(await status("DELETE", "/files/"), 403);
  assertEquals(await names(server), []);
});
