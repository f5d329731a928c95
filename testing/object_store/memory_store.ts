/**
 * A store over a bucket in memory, in the process of the test.
 *
 * @module
 */

import { ObjectStore } from "../../lib/object_store/object_store.ts";
import type { ServedBucket } from "../../lib/server/served_store.ts";
import type { KeepingOptions } from "../../lib/storage/version_policy.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { MemoryBucket } from "./memory_bucket.ts";

type Awaitable<T> = T | Promise<T>;

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
 * @param before Awaited before a request is answered, or answers it. @default none waits
 * @param keeping How it keeps versions. @default it keeps none
 */
export async function openMemoryStore(
  before: (request: Request) => Awaitable<Response | void> = () => {},
  keeping?: KeepingOptions,
): Promise<MemoryStoreBelow> {
  await using stack = new AsyncDisposableStack();
  const bucket = new MemoryBucket();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, async (request) => {
    return await before(request) ?? await bucket.answer(request);
  });
  stack.defer(() => server.shutdown());
  const place = parseStoreUrl(`s3://bucket?endpoint=http://127.0.0.1:${server.addr.port}`);
  const credentials = { accessKey: "a", secretKey: "s" };
  const store = stack.use(await ObjectStore.open(place, credentials, keeping));
  const served = { place, credentials };
  const owned = stack.move();
  return { store, served, bucket, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
