import { assertEquals } from "@std/assert";
import { MAX_SMALL_FILES_HASHING } from "../../lib/base/limits.ts";
import { readManyFrom } from "../../lib/service/batches.ts";
import { Hashing } from "../../lib/service/hashing.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import type { Store } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

/** A store that answers reads of small files only when it is asked to. */
function waitingStore() {
  const gate = Promise.withResolvers<void>();
  const begun: number[] = [];
  const store: Store = Object.assign(new MemoryStore(), {
    async readMany(paths: readonly unknown[]) {
      begun.push(paths.length);
      await gate.promise;
      return paths.map(() => null);
    },
  });
  return { store, begun, answer: gate.resolve };
}

for (const groupsAtOnce of [1, 4]) {
  pure(`${groupsAtOnce} groups of small files are read at once, of all clients`, async () => {
    const { store, begun, answer } = waitingStore();
    using cache = DigestCache.open(":memory:");
    const hashing = new Hashing(cache, { groupsAtOnce });
    const paths = Array.from({ length: MAX_SMALL_FILES_HASHING }, (_, i) => `f${i}`);
    const reads = Array.from({ length: 6 }, (_, i) => {
      const reader = { holder: `user${i}`, signal: undefined };
      return Array.fromAsync(
        readManyFrom({ hashing, store, cache }, paths, storePath, reader),
      );
    });
    // Everything that can begin without an answer of the store has begun by then.
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(begun.length, groupsAtOnce);
    answer();
    for (const read of await Promise.all(reads)) assertEquals(read.flat().length, paths.length);
    assertEquals(begun.length, 6);
  });
}
