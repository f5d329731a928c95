import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, MAX_SHORT_BLOCKS } from "../../lib/base/limits.ts";
import { ContentDigests } from "../../lib/service/content_digests.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { pure } from "../../testing/pure.ts";

const DIGEST = new Uint8Array(32);

pure("ContentDigests takes few short blocks at a time, and full ones without limit", () => {
  const content = new ContentDigests(storePath("f"));
  for (let i = 0; i < MAX_SHORT_BLOCKS; i++) {
    content.requireRoom(i, 1);
    content.set(i, DIGEST, 1);
  }
  const error = assertThrows(() => content.requireRoom(MAX_SHORT_BLOCKS, 1), FtError);
  assertEquals(error.code, "usage");
  content.requireRoom(MAX_SHORT_BLOCKS, BLOCK_BYTES);
  content.requireRoom(0, 2);
  // A short block that becomes whole makes room for another.
  content.set(0, DIGEST, BLOCK_BYTES);
  content.requireRoom(MAX_SHORT_BLOCKS, 1);
});
