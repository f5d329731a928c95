import { assertEquals } from "@std/assert";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { blocksOf, refuses, totalOf } from "../conformance/content.ts";
import { testServer } from "../../testing/test_server.ts";

/** The kind of a request about the file or its upload; `undefined` for others. */
function kindOf({ method, url }: Request): string | undefined {
  const { pathname, searchParams } = new URL(url);
  if (pathname.endsWith("/file")) return method;
  const prefix = searchParams.get("prefix") ?? "";
  return /^(file\/|\.ftserver\/stages\/.+)$/.test(prefix) ? "LIST" : undefined;
}

Deno.test("a small file with a new name is looked up once before it is sent, and once at its commit", async () => {
  const kinds: string[] = [];
  await using memory = await openMemoryStore((request) => {
    const kind = kindOf(request);
    if (kind !== undefined) kinds.push(kind);
  });
  await using server = await testServer({ bucket: memory.served });
  const bytes = new Uint8Array(4096);
  const options = { bytes: bytes.length, token: "a_token_of_a_client" };
  const stageAhead = { name: "file", options };
  await using remote = await server.connect({ stageAhead });
  const files = remote.files!;
  await refuses("not_found", () => files.stat("file"));
  {
    await using upload = await files.stage("file", options);
    for (const block of blocksOf(bytes)) await upload.write(block);
    await upload.commit(totalOf(bytes));
  }
  // The second list is of records of an upload to resume, and this store needs no claims.
  assertEquals(kinds.toSorted(), ["HEAD", "HEAD", "LIST", "LIST", "LIST", "PUT"]);
});
