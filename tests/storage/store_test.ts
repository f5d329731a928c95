import { FsStore } from "../../lib/storage/fs_store.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { storeConformance } from "./store_conformance.ts";

storeConformance("MemoryStore", () => {
  const store = new MemoryStore();
  return Promise.resolve({ store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() });
}, { permissions: "none" });

// With the permissions of the programs, and no more.
storeConformance("FsStore", async () => {
  const dir = await tempDir();
  const store = await FsStore.open(dir.path, { portableNames: false });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}, { permissions: { read: true, write: true, env: ["TMPDIR"] } });
