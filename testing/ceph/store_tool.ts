/**
 * A bucket as another tool sees it: without a prefix, and with no server between.
 *
 * @module
 */

import { Bucket } from "../../lib/object_store/bucket.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { CEPH_CREDENTIALS } from "./ceph_store.ts";

/** Access to a bucket. */
export interface StoreTool {
  readonly bucket: Bucket;
  /** Lists the names of objects that begin so. */
  keys(prefix?: string): Promise<string[]>;
}

/** Opens the bucket of a store. @param url Its URL; the prefix does not count. */
export function storeTool(url: string): StoreTool {
  const client = new S3Client({ ...parseStoreUrl(url), prefix: "" }, CEPH_CREDENTIALS);
  const bucket = new Bucket(client, true);
  return {
    bucket,
    async keys(prefix = "") {
      const found: string[] = [];
      for await (const page of bucket.pages({ prefix, flat: true })) {
        found.push(...page.map(({ key }) => key));
      }
      return found;
    },
  };
}
