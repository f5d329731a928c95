/**
 * Listings of many names: the requests that they need.
 */

import { assert, assertEquals } from "@std/assert";
import { OBJECT_LOOKS_AHEAD, OBJECTS_A_PAGE } from "../../lib/base/limits.ts";
import { Bucket } from "../../lib/object_store/bucket.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { storeStub } from "../../testing/network/store_stub.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";

const CREDENTIALS = { accessKey: "access", secretKey: "secret" };

/** A page with one object; another one follows if it has a token. */
function page(key: string, token?: string): Response {
  const next = token === undefined
    ? "<IsTruncated>false</IsTruncated>"
    : `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
  return new Response(
    `<ListBucketResult>${next}<Contents><Key>${key}</Key></Contents></ListBucketResult>`,
  );
}

Deno.test("Bucket.pages requests the next page before the one before is used", async () => {
  const second = Promise.withResolvers<void>();
  await using stub = storeStub((request) => {
    const token = new URL(request.url).searchParams.get("continuation-token");
    if (token === null) return page("a", "1 &amp; 2");
    second.resolve();
    assertEquals(token, "1 & 2");
    return page("b");
  });
  const place = { endpoint: stub.endpoint, bucket: "b", prefix: "", region: "r" };
  await using client = new S3Client(place, CREDENTIALS);
  const keys: string[] = [];
  for await (const objects of new Bucket(client).pages({ prefix: "" })) {
    await second.promise;
    keys.push(...objects.map(({ key }) => key));
  }
  assertEquals([keys, stub.requests.length], [["a", "b"], 2]);
  assertEquals((await new Bucket(client).first("", 1)).map(({ key }) => key), ["a"]);
  assertEquals(stub.requests.length, 3, "only one page is requested if one is wanted");
});

Deno.test("ObjectStore.list asks for names page by page, and looks at few objects at once", async () => {
  await using memory = await openMemoryStore();
  const { store, bucket } = memory;
  const lists = async (folder: string, files: number, namesOnly: boolean) => {
    const names = Array.from({ length: files }, (_, i) => `${folder}/${10_000 + i}`);
    for (const name of names) bucket.put(name, new Uint8Array(1));
    const before = bucket.requests;
    const listed = store.list(storePath(folder), undefined, undefined, namesOnly);
    assertEquals((await Array.fromAsync(listed)).map(({ path }) => path as string), names);
    return bucket.requests - before;
  };
  assertEquals(await lists("names", 2 * OBJECTS_A_PAGE + 1, true), 3);
  const files = 2 * OBJECT_LOOKS_AHEAD;
  assertEquals(await lists("facts", files, false), 1 + files);
  assert(bucket.mostAtOnce <= OBJECT_LOOKS_AHEAD, `${bucket.mostAtOnce} at once`);
});
