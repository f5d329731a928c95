/**
 * Uploads that another server continues while the first one still closes them.
 */

import { assertEquals } from "@std/assert";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { leftovers } from "../../testing/ceph/leftovers.ts";
import { sampleBytes } from "../../testing/content.ts";

const shared = sharedCeph();
const MiB = 1024 * 1024;

for (const known of [true, false]) {
  const when = known ? "has stored a part" : "has stored nothing yet";
  Deno.test(
    `a server that closes an upload late, of which it ${when}, leaves nothing after another one`,
    NEEDS_CEPH,
    async () => {
      const url = await shared.newUrl();
      await using one = await shared.open(url);
      await using two = await shared.open(url);
      const content = sampleBytes(12 * MiB);
      const begun = known ? 9 * MiB : 3 * MiB;
      const first = await one.stage("handed_over", "file");
      const write = async (from: number, to: number) => {
        for (let at = from; at < to; at += MiB) {
          await first.writeAt(at, content.slice(at, Math.min(at + MiB, to)));
        }
      };
      await write(0, begun);
      if (known) await first.sync();
      const second = await two.stage("handed_over", "file");
      if (!known) await write(begun, 9 * MiB);
      for (let at = 0; at < content.length; at += MiB) {
        await second.writeAt(at, content.slice(at, at + MiB));
      }
      await second.publish(storePath("file"), { replace: false });
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
      assertEquals(await leftovers(new S3Client(parseStoreUrl(url), CEPH_CREDENTIALS)), []);
      await using file = await one.open(storePath("file"));
      assertEquals(file?.entry.bytes, content.length);
    },
  );
}
