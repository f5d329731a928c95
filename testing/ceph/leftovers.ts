/**
 * What is in a bucket and belongs to no file.
 *
 * @module
 */

import { Bucket } from "../../lib/object_store/bucket.ts";
import { Multipart } from "../../lib/object_store/multipart.ts";
import type { S3Client } from "../../lib/object_store/s3_client.ts";

/** The mark that a claim leaves behind, for an hour (`OLD_CLAIM_MS`). */
const MARK = /^\.ftserver\/claims\/[0-9a-f]{64}\./;

/** When a server was killed may differ from what the store says by this much. */
const CLOCK_TOLERANCE_MS = 2_000;

/**
 * Lists unfinished uploads, by the names of their files, and records of staged files and claims.
 *
 * @param killedMs When servers were killed, in milliseconds since 1970. An upload that was begun just
 *   before may have no record, and is only found by its age.
 */
export async function leftovers(
  client: S3Client,
  killedMs: readonly number[] = [],
): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, begunMs } of Multipart.unfinished(client, "")) {
    const isCut = killedMs.some((killed) => Math.abs(killed - begunMs) < CLOCK_TOLERANCE_MS);
    if (!isCut) found.push(`upload of ${key}`);
  }
  for (const folder of ["stages", "claims"]) {
    const prefix = `.ftserver/${folder}/`;
    for await (const page of new Bucket(client).pages({ prefix, flat: true })) {
      found.push(...page.map(({ key }) => key).filter((key) => !MARK.test(key)));
    }
  }
  return found.sort();
}
