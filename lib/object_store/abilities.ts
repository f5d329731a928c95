/**
 * The decisions that a store takes by itself. Stores differ, and do not say so: they are tried out.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { Bucket, conditionHeaders } from "./bucket.ts";
import { Multipart } from "./multipart.ts";
import type { S3Client } from "./s3_client.ts";

/** The abilities of a store. */
export interface StoreAbilities {
  /** Whether `If-None-Match` holds back a write of an object that exists. */
  readonly conditionalPut: boolean;
  /** How `If-Match` names the version that a write may replace; `no` if it cannot. */
  readonly conditionalReplace: "quoted" | "bare" | "no";
  /** Whether `If-None-Match` holds back the completion of an upload in parts. */
  readonly conditionalComplete: boolean;
}

/**
 * Tries the abilities out on an object of its own.
 *
 * @param key The name of the object, which is removed afterwards.
 * @throws What the store throws, such as for wrong credentials.
 */
export async function probeAbilities(client: S3Client, key: string): Promise<StoreAbilities> {
  const bucket = new Bucket(client);
  await bucket.put(key, "probe");
  try {
    const again = { condition: { absent: true } } as const;
    return {
      conditionalPut: await isRefused(() => bucket.put(key, "again", again)),
      conditionalReplace: await tagForm(client, key),
      conditionalComplete: await completeIsRefused(bucket, key),
    };
  } finally {
    await bucket.remove(key);
  }
}

/** The form in which the tag of this version lets a write through, and another tag does not. */
async function tagForm(
  client: S3Client,
  key: string,
): Promise<StoreAbilities["conditionalReplace"]> {
  for (const form of ["quoted", "bare"] as const) {
    const bucket = new Bucket(client, form === "bare");
    const put = (etag: string) => bucket.put(key, "probe", { condition: { etag } });
    const etag = await bucket.put(key, "probe");
    const other = etag.replaceAll(/./g, "0");
    if (await isRefused(() => put(other)) && !await isRefused(() => put(etag))) return form;
  }
  return "no";
}

async function completeIsRefused(bucket: Bucket, key: string): Promise<boolean> {
  const upload = await Multipart.begin(bucket.client, key, {});
  const etags = new Map([[1, await upload.putPart(1, new TextEncoder().encode("probe"))]]);
  const refused = await isRefused(() => upload.complete(etags, conditionHeaders({ absent: true })));
  if (refused) await upload.abort();
  return refused;
}

async function isRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return false;
  } catch (error) {
    if (hasCode(error, "conflict")) return true;
    // A store may refuse a header that it does not know: `NotImplemented`.
    if (hasCode(error, "internal")) return false;
    throw error;
  }
}
