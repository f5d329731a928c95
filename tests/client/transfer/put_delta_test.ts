/** An upload that replaces a file begins at the first difference, and keeps what is equal. */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT } from "../../../lib/base/limits.ts";
import { Hasher } from "../../../lib/blocks/hasher.ts";
import { blockDigest } from "../../../lib/blocks/manifest.ts";
import { Progress } from "../../../lib/client/remote/progress.ts";
import { transferContext } from "../../../lib/client/remote/transfer_context.ts";
import { upload } from "../../../lib/client/transfer/put/upload.ts";
import type { Files, HeldBlock, Upload } from "../../../lib/service/files.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const BLOCKS = 40;
const bytes = BLOCKS * BLOCK_BYTES;
const facts = { path: "f", type: "file", bytes, mtimeMs: 0, executable: false, revision: "1" };
const zeros = blockDigest(new Uint8Array(BLOCK_BYTES));

/** Counts the blocks that were hashed. */
class CountingHasher extends Hasher {
  count = 0;

  override digest(view: Uint8Array<ArrayBuffer>) {
    this.count++;
    return super.digest(view);
  }
}

/** Replaces a file of zeros by one whose blocks differ. */
async function replace(differing: readonly number[]) {
  await using dir = await tempDir();
  const source = dir.join("f");
  {
    using file = Deno.openSync(source, { write: true, create: true });
    file.truncateSync(bytes);
    for (const index of differing) {
      file.seekSync(index * BLOCK_BYTES, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array([1]));
    }
  }
  using hasher = new CountingHasher(0);
  const options = { existing: "overwrite", times: true, resume: true } as const;
  using shared = transferContext(options, () => {}, undefined);
  const context = { ...shared, hasher };
  const seen = { atStage: -1, kept: [] as number[], sent: [] as number[] };
  const staged = {
    async *have(): AsyncGenerator<HeldBlock> {
      for (let index = 0; index < BLOCKS; index++) {
        yield await Promise.resolve({ index, digest: zeros });
      }
    },
    keep: ({ index }: HeldBlock) => Promise.resolve(void seen.kept.push(index)),
    write: ({ index }: { index: number }) => Promise.resolve(seen.sent.push(index)),
    commit: () => Promise.resolve(facts),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as Upload;
  const files = {
    stat: () => Promise.resolve(facts),
    manifest: () =>
      Promise.resolve({
        info: facts,
        digests: [new Uint8Array(Array.from({ length: BLOCKS }, () => [...zeros]).flat())],
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    stage: () => (seen.atStage = hasher.count, Promise.resolve(staged)),
  } as unknown as Files;
  const progress = new Progress(() => {}, "put", "f", bytes);
  const job = { source, name: "f", bytes, mtimeMs: 0, executable: false };
  await upload(files, { ...job, context, progress });
  return { ...seen, hashed: hasher.count };
}

Deno.test("an upload that replaces a file begins at the first difference", async () => {
  const { atStage, kept, sent, hashed } = await replace([3, 20]);
  assert(atStage <= 4 + BLOCKS_IN_FLIGHT / 2, `${atStage} blocks were hashed before it began`);
  assertEquals(sent, [3, 20]);
  const equal = Array.from({ length: BLOCKS }, (_, i) => i).filter((i) => i !== 3 && i !== 20);
  assertEquals(kept.toSorted((a, b) => a - b), equal);
  assert(hashed <= BLOCKS + 1 + BLOCKS_IN_FLIGHT / 2, `${hashed} blocks were hashed`);
});

Deno.test("an upload whose last block differs sends that block alone", async () => {
  const { kept, sent } = await replace([BLOCKS - 1]);
  assertEquals([kept.length, sent], [BLOCKS - 1, [BLOCKS - 1]]);
});
