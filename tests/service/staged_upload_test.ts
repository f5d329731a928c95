import { assertEquals, assertRejects } from "@std/assert";
import {
  ACTIONS,
  anonymousPermission,
  type Permission,
  uniformPermission,
} from "../../lib/auth/permission.ts";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, SYNC_STEP_BYTES } from "../../lib/base/limits.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import type { StageOptions, Upload } from "../../lib/service/files.ts";
import { isEphemeral } from "../../lib/service/ephemeral_token.ts";
import { boundToken } from "../../lib/service/stages.ts";
import type { StagedFile, StoredFile } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { joined } from "../../testing/bytes.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";
import { blockOf, content, get, refuses, text, totalOf } from "../conformance/content.ts";

const WRITE = anonymousPermission("write");
const ANY = { kind: "any" } as const;

async function heldBy(upload: Upload): Promise<number[]> {
  return (await Array.fromAsync(upload.have())).map(({ index }) => index);
}

async function stagedIn(store: MemoryStore): Promise<string[]> {
  return (await Array.fromAsync(store.staged())).map(({ token }) => token);
}

pure("StagedUpload accepts a block again after it was written, but not meanwhile", async () => {
  using service = await memoryService();
  const bytes = content(BLOCK_BYTES, 2);
  await using upload = await service.files("one", WRITE).stage("f");
  await upload.write(blockOf(content(BLOCK_BYTES, 1), 0));
  const [first, second] = await Promise.allSettled([
    upload.write(blockOf(bytes, 0)),
    upload.write(blockOf(bytes, 0)),
  ]);
  assertEquals(first!.status, "fulfilled");
  assertEquals(((second as PromiseRejectedResult).reason as FtError).code, "usage");
  await upload.commit(totalOf(bytes));
  assertEquals(await get(service.files("one", WRITE), "f"), bytes);
});

/** Counts syncs of staged files, which last until a gate opens. */
class SyncingStore extends MemoryStore {
  syncs = 0;
  gate: Promise<void> = Promise.resolve();

  override async stage(token: string): Promise<StagedFile> {
    const staged = await super.stage(token);
    const sync = () => {
      this.syncs++;
      return this.gate;
    };
    return Object.create(staged, { sync: { value: sync } });
  }
}

pure("StagedUpload syncs content while it arrives, one sync at a time", async () => {
  const store = new SyncingStore();
  using service = await memoryService({ store });
  await using upload = await service.files("one", WRITE).stage("f", { token: "syncing_1" });
  const bytes = content(BLOCK_BYTES);
  const steps = async (count: number) => {
    for (let i = 0; i < count * SYNC_STEP_BYTES / BLOCK_BYTES; i++) {
      await upload.write(blockOf(bytes, 0));
    }
    return store.syncs;
  };
  assertEquals(await steps(1), 1);
  const slow = Promise.withResolvers<void>();
  store.gate = slow.promise;
  assertEquals(await steps(2), 2);
  slow.resolve();
  store.gate = Promise.resolve();
  await slow.promise;
  assertEquals(await steps(1), 3);
  await upload.commit(totalOf(bytes));
  assertEquals(store.syncs, 4);
});

pure("StagedUpload refuses a short block before the last, whatever the root", async () => {
  using service = await memoryService();
  const [short, whole] = [text("short"), content(BLOCK_BYTES)];
  const bytes = BLOCK_BYTES + short.length;
  const root = rootOf(joined(blockDigest(short), blockDigest(whole)), bytes);
  await using upload = await service.files("one", WRITE).stage("f");
  await upload.write(blockOf(short, 0));
  await upload.write({ ...blockOf(whole, 0), index: 1 });
  await refuses("integrity", () => upload.commit({ bytes, root }));
});

pure("StagedUpload discards what no client can resume, and keeps the rest", async () => {
  using service = await memoryService();
  const stage = (options: StageOptions) => service.files("one", WRITE).stage("f", options);
  {
    await using ephemeral = await stage({});
    assertEquals(isEphemeral(ephemeral.token), true);
    await using resumable = await stage({ token: "resumable_1" });
    for (const upload of [ephemeral, resumable]) await upload.write(blockOf(text("x"), 0));
    assertEquals((await stagedIn(service.store)).length, 2);
  }
  assertEquals(await stagedIn(service.store), [boundToken(leaseHolder("one"), "resumable_1")]);
});

pure("StagedUpload discards its content when the disk is full", async () => {
  using service = await memoryService({ store: new MemoryStore({ capacity: BLOCK_BYTES }) });
  const bytes = content(2 * BLOCK_BYTES);
  {
    await using upload = await service.files("one", WRITE).stage("f", { token: "too_large_1" });
    await upload.write(blockOf(bytes, 0));
    await refuses("disk_full", () => upload.write(blockOf(bytes, 1)));
  }
  assertEquals(await stagedIn(service.store), []);
});

pure("StagedUpload leaves staged content to the writer that took it over", async () => {
  using service = await memoryService({ store: new MemoryStore({ capacity: 2 * BLOCK_BYTES }) });
  const files = service.files("one", WRITE);
  const stale = await files.stage("f", { token: "taken_over_1" });
  await stale.write(blockOf(content(BLOCK_BYTES), 0));
  await refuses("disk_full", () => stale.write(blockOf(content(3 * BLOCK_BYTES), 2)));
  await using fresh = await files.stage("f", { token: "taken_over_1" });
  await stale[Symbol.asyncDispose]();
  assertEquals(await heldBy(fresh), [0]);
});

/** Returns damaged content once it is rotten. */
class RottingStore extends MemoryStore {
  rotten = false;

  override async open(path: StorePath): Promise<StoredFile | null> {
    const file = await super.open(path);
    return file && {
      ...file,
      readAt: async (offset, into) => {
        const count = await file.readAt(offset, into);
        if (this.rotten) into[0]! ^= 1;
        return count;
      },
    };
  }
}

pure("StagedUpload forgets the digests of a file that no longer matches them", async () => {
  const store = new RottingStore();
  const old = content(2 * BLOCK_BYTES);
  using service = await memoryService({ store, content: { f: old } });
  const files = service.files("one", WRITE);
  await using upload = await files.stage("f", { precondition: ANY });
  assertEquals(await heldBy(upload), [0, 1]);
  const { revision } = await files.stat("f");
  const cached = () => service.context.cache.get(storePath("f"), revision);
  assertEquals(cached()?.blocks?.bytes, old.length);
  await upload.keep(blockOf(old, 0));
  store.rotten = true;
  const error = await refuses("conflict", () => upload.keep(blockOf(old, 1)));
  assertEquals([error.retryable, error.subject, cached()], [true, "f", null]);
});

pure("StagedUpload refuses content beyond a quota before it is written", async () => {
  using service = await memoryService({ content: { "d/a": content(10) } });
  const quotas = () => [{ path: "d", bytes: 30 }];
  const limited: Permission = { ...uniformPermission(ACTIONS), quotas };
  const files = service.files("one", limited);
  await assertRejects(() => files.stage("d/f", { bytes: 21 }), FtError, "over quota: d/f");
  await using upload = await files.stage("d/f");
  await refuses("limit", () => upload.write(blockOf(content(21), 0)));
  await upload.write(blockOf(content(20), 0));
  await upload.commit(totalOf(content(20)));
  // A replaced file makes room for the new one.
  await using again = await files.stage("d/f", { bytes: 20, precondition: ANY });
  await again.write(blockOf(content(20, 2), 0));
  await again.commit(totalOf(content(20, 2)));
});

pure("StagedUpload ends with its commit", async () => {
  using service = await memoryService();
  await using upload = await service.files("one", WRITE).stage("f", { token: "ended_upload_1" });
  await upload.write(blockOf(text("x"), 0));
  const { root } = await upload.commit(totalOf(text("x")));
  assertEquals(root, totalOf(text("x")).root);
  await refuses("interrupted", () => upload.write(blockOf(text("x"), 0)));
  await refuses("interrupted", () => upload.commit(totalOf(text("x"))));
  await upload.abandon();
  assertEquals(await get(service.files("one", WRITE), "f"), text("x"));
});
