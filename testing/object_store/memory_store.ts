/**
 * A store over a bucket in memory, in the process of the test.
 *
 * @module
 */

import { ObjectStore } from "../../lib/object_store/object_store.ts";
import type { ServedBucket } from "../../lib/server/served_store.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { MemoryBucket } from "./memory_bucket.ts";

/** A store, and the bucket below it. Disposing it closes both. */
export interface MemoryStoreBelow extends AsyncDisposable {
  readonly store: ObjectStore;
  /** For servers of the same bucket. */
  readonly served: ServedBucket;
  readonly bucket: MemoryBucket;
}

/**
 * Opens a store over an empty bucket.
 *
 * @param before Awaited before a request is answered. @default none waits
 */
export async function openMemoryStore(
  before: (request: Request) => void | Promise<void> = () => {},
): Promise<MemoryStoreBelow> {
  await using stack = new AsyncDisposableStack();
  const bucket = new MemoryBucket();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, async (request) => {
    await before(request);
    return await bucket.answer(request);
  });
  stack.defer(() => server.shutdown());
  const place = parseStoreUrl(`s3://bucket?endpoint=http://127.0.0.1:${server.addr.port}`);
  const credentials = { accessKey: "a", secretKey: "s" };
  const store = stack.use(await ObjectStore.open(place, credentials));
  const served = { place, credentials };
  const owned = stack.move();
  return { store, served, bucket, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
