/**
 * The decisions that a store takes by itself. Stores differ, and do not say so: they are tried out.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { type Bucket, conditionHeaders } from "./bucket.ts";
import { Multipart } from "./multipart.ts";

/** The abilities of a store. */
export interface StoreAbilities {
  /** Whether a condition (`If-None-Match`, `If-Match`) holds back a write of an object. */
  readonly conditionalPut: boolean;
  /** The same for the completion of an upload in parts. */
  readonly conditionalComplete: boolean;
}

/**
 * Tries the abilities out on an object of its own.
 *
 * @param key The name of the object, which is removed afterwards.
 * @throws What the store throws, such as for wrong credentials.
 */
export async function probeAbilities(bucket: Bucket, key: string): Promise<StoreAbilities> {
  await bucket.put(key, "probe");
  try {
    return {
      conditionalPut: await isRefused(() =>
        bucket.put(key, "again", { condition: { absent: true } })
      ),
      conditionalComplete: await completeIsRefused(bucket, key),
    };
  } finally {
    await bucket.remove(key);
  }
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
