/**
 * Stores in buckets of a Ceph that the tests of a file share, as it takes seconds to start.
 *
 * @module
 */

import { ObjectStore } from "../../lib/object_store/object_store.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import type { KeepingOptions } from "../../lib/storage/version_policy.ts";
import { type Ceph, CEPH_ACCESS_KEY, CEPH_SECRET_KEY, NEEDS_CEPH, startCeph } from "./ceph.ts";

/** The credentials of the user of the tests. */
export const CEPH_CREDENTIALS = { accessKey: CEPH_ACCESS_KEY, secretKey: CEPH_SECRET_KEY };

/** A Ceph that starts before the first test of a file, and stops after the last one. */
export interface SharedCeph {
  /** It. */
  readonly ceph: Ceph;
  /** Creates a bucket, and returns the URL of a store in it. */
  newUrl(prefix?: string): Promise<string>;
  /** Opens a store. @param url Its URL. @default a new bucket */
  open(url?: string, keeping?: KeepingOptions): Promise<ObjectStore>;
}

/** Shares a Ceph between the tests of a file: `const shared = sharedCeph()`. */
export function sharedCeph(): SharedCeph {
  let running: Ceph | undefined;
  if (!NEEDS_CEPH.ignore) {
    Deno.test.beforeAll(async () => {
      running = await startCeph();
    });
    Deno.test.afterAll(async () => {
      await running?.[Symbol.asyncDispose]();
    });
  }
  let buckets = 0;
  const shared: SharedCeph = {
    get ceph() {
      return running!;
    },
    async newUrl(prefix = "") {
      const bucket = `test${++buckets}`;
      await createBucket(shared.ceph, bucket);
      return `s3://${bucket}/${prefix}?endpoint=${shared.ceph.endpoint}`;
    },
    async open(url, keeping) {
      const place = parseStoreUrl(url ?? await shared.newUrl());
      return await ObjectStore.open(place, CEPH_CREDENTIALS, keeping);
    },
  };
  return shared;
}

async function createBucket({ endpoint }: Ceph, bucket: string): Promise<void> {
  const place = { endpoint, bucket, prefix: "", region: "us-east-1" };
  await new S3Client(place, CEPH_CREDENTIALS).head({ method: "PUT" });
}
