/**
 * Whatever door content is overwritten or removed through, it is kept; and the door has its versions.
 */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_VERSION_POLICY } from "../../lib/storage/version_policy.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { metadata } from "../../testing/tus.ts";
import { type WebServer, webServer } from "../../testing/web_server.ts";

const text = async (response: Promise<Response>) => await (await response).text();

const write = (server: WebServer, name: string, body: string) =>
  text(server.fetch(`/files/${name}`, { method: "PUT", body }));

/** A server over a folder, or over a bucket that keeps versions. */
async function serve(over: "folder" | "bucket") {
  await using stack = new AsyncDisposableStack();
  const bucket = over === "folder" ? undefined : stack.use(await openMemoryStore()).served;
  const server = stack.use(await webServer({ bucket, versions: DEFAULT_VERSION_POLICY }));
  const owned = stack.move();
  return { server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Each way takes the content `old` from the name `a`. */
const WAYS: Record<string, (server: WebServer) => Promise<Response>> = {
  PUT: (server) => server.fetch("/files/a", { method: "PUT", body: "new" }),
  DELETE: (server) => server.fetch("/files/a", { method: "DELETE" }),
  async MOVE(server) {
    await write(server, "b", "other");
    const headers = { destination: "/files/a", overwrite: "T" };
    return await server.fetch("/files/b", { method: "MOVE", headers });
  },
  async COPY(server) {
    await write(server, "b", "other");
    const headers = { destination: "/files/a", overwrite: "T" };
    return await server.fetch("/files/b", { method: "COPY", headers });
  },
  tus: (server) =>
    server.fetch("/uploads/", {
      method: "POST",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-length": "3",
        "content-type": "application/offset+octet-stream",
        "upload-metadata": metadata({ filename: "a", existing: "overwrite" }),
      },
      body: "new",
    }),
};

interface Listed {
  readonly rev: number;
  readonly name: string;
  readonly cause: string;
  readonly bytes: number;
}

async function json<T>(response: Response): Promise<T> {
  assertEquals(response.status, 200, await response.clone().text());
  return await response.json();
}

for (const over of ["folder", "bucket"] as const) {
  for (const [way, take] of Object.entries(WAYS)) {
    Deno.test(`what ${way} takes a name from is kept, and restored over HTTP (${over})`, async () => {
      await using at = await serve(over);
      const { server } = at;
      await write(server, "a", "old");
      const response = await take(server);
      assert(response.ok, `${response.status} ${await response.clone().text()}`);
      await response.body?.cancel();
      const listed = await json<Listed[]>(await server.fetch("/versions?path=a"));
      assertEquals(listed.map(({ name, bytes }) => [name, bytes]), [["a", 3]]);
      const { rev } = listed[0]!;
      assertEquals(await text(server.fetch(`/files/a?rev=${rev}`)), "old");
      const deleted = await json<Listed[]>(await server.fetch("/versions?deleted=."));
      assertEquals(deleted.map(({ name }) => name), way === "DELETE" ? ["a"] : []);
      const headers = { "content-type": "application/json" };
      const restored = await json<{ name: string; bytes: number }>(
        await server.fetch("/versions", { method: "POST", headers, body: '{"path":"a"}' }),
      );
      assertEquals([restored.name, restored.bytes], ["a", 3]);
      assertEquals(await text(server.fetch("/files/a")), "old");
    });
  }
}

Deno.test("requests about versions that make no sense are refused", async () => {
  await using server = await webServer();
  const status = async (path: string, init?: RequestInit) => {
    const response = await server.fetch(path, init);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await status("/versions"), 400);
  assertEquals(await status("/versions?path=a&deleted=."), 400);
  assertEquals(await status("/versions?path=..%2Fa"), 403);
  assertEquals(await status("/files/a?rev=x"), 400);
  assertEquals(await status("/files/a?rev=1"), 404);
  assertEquals(await status("/versions/x?path=a", { method: "DELETE" }), 400);
  assertEquals(await status("/versions/1?path=a", { method: "DELETE" }), 404);
  assertEquals(await status("/versions", { method: "POST", body: '{"path":"a"}' }), 415);
  const headers = { "content-type": "application/json" };
  assertEquals(await status("/versions", { method: "POST", headers, body: "{" }), 400);
  const unknown = { method: "POST", headers, body: '{"path":"a"}' };
  assertEquals(await status("/versions", unknown), 404);
});
