/**
 * A server that dies at any change that an overwrite, a removal, a move or a restore makes in its
 * bucket: each content that a name had is still there, under the name or as a version, and no version
 * is there twice.
 */

import { assert, assertEquals } from "@std/assert";
import { ObjectStore } from "../../lib/object_store/object_store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { DEFAULT_VERSION_POLICY } from "../../lib/storage/version_policy.ts";
import { storeFailure } from "../../testing/network/store_stub.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { putText, versionTexts } from "../storage/versions_conformance.ts";

const KEEPING = { policy: DEFAULT_VERSION_POLICY };
const LARGE = "x".repeat(9 << 20);

/** A bucket that two servers have, of which the first may die. */
async function scene() {
  await using stack = new AsyncDisposableStack();
  const state = { dieAt: Infinity, changes: 0, survives: false };
  const dying = stack.use(
    await openMemoryStore(async (request) => {
      if (state.changes >= state.dieAt) return storeFailure(403, "AccessDenied");
      if (request.method === "GET" || request.method === "HEAD") return undefined;
      if (++state.changes < state.dieAt) return undefined;
      // The last change is made, but its answer comes too late.
      if (state.survives) await (await dying.bucket.answer(request)).body?.cancel();
      return storeFailure(403, "AccessDenied");
    }, KEEPING),
  );
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, (request) => dying.bucket.answer(request));
  stack.defer(() => server.shutdown());
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  const { place, credentials } = dying.served;
  const store = stack.use(await ObjectStore.open({ ...place, endpoint }, credentials, KEEPING));
  const owned = stack.move();
  return { state, dying: dying.store, store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function textOf(store: ObjectStore, path: StorePath): Promise<string | undefined> {
  await using file = await store.open(path);
  if (file === null) return undefined;
  const bytes = new Uint8Array(file.entry.bytes);
  await file.readAt(0, bytes);
  return new TextDecoder().decode(bytes);
}

interface Work {
  /** Contents that the name gets one after the other. */
  readonly before: readonly string[];
  readonly removed?: boolean;
  act(store: ObjectStore, path: StorePath): Promise<unknown>;
  /** Contents of the name that are right after a crash. */
  readonly now: readonly (string | undefined)[];
}

const restore = async ({ versions }: ObjectStore, path: StorePath) =>
  await versions.restore((await versions.of(path))[0]!, true);

const WORKS: Record<string, Work> = {
  "overwrite": {
    before: ["old"],
    act: (store, path) => putText(store, path, "new"),
    now: ["old", "new"],
  },
  "overwrite in parts": {
    before: ["old"],
    act: (store, path) => putText(store, path, LARGE),
    now: ["old", LARGE],
  },
  "overwrite with a version too many": {
    before: ["too old", "1", "2", "old"],
    act: (store, path) => putText(store, path, "new"),
    now: ["old", "new"],
  },
  "removal": {
    before: ["old"],
    act: (store, path) => store.remove(path),
    now: ["old", undefined],
  },
  "move onto a file": {
    before: ["old"],
    async act(store, path) {
      await putText(store, `${path}.other`, "new");
      await store.move(storePath(`${path}.other`), path, true);
    },
    now: ["old", "new"],
  },
  "restore": { before: ["first", "second"], act: restore, now: ["first", "second"] },
  "restore of a removed name": {
    ...{ before: ["old"], removed: true, act: restore, now: ["old", undefined] },
  },
};

for (const [name, { before, removed, act, now }] of Object.entries(WORKS)) {
  Deno.test(`a server that dies at any change of an ${name} loses no content`, async () => {
    let died = 0;
    // The number of changes is not known before.
    for (let step = 1, ended = false; !ended; step++) {
      for (const survives of [false, true]) {
        await using at = await scene();
        const path = storePath("d/file");
        for (const text of before) await putText(at.store, path, text);
        if (removed) await at.store.remove(path);
        Object.assign(at.state, { dieAt: step, changes: 0, survives });
        ended = await act(at.dying, path).then(() => true, () => false);
        if (!ended) died++;
        // What is behind an operation may die as well.
        const found = {
          now: await textOf(at.store, path),
          kept: await versionTexts(at.store, path),
        };
        const what = `${survives ? "after" : "at"} change ${step}: ${JSON.stringify(found)}`;
        assert(now.includes(found.now), what);
        const all = found.now === undefined ? found.kept : [found.now, ...found.kept];
        for (const text of before.slice(-3)) {
          assertEquals(all.filter((other) => other === text).length, 1, what);
        }
        await putText(at.store, path, "later");
        await restore(at.store, path);
        assertEquals((await versionTexts(at.store, path))[0], "later", what);
      }
    }
    assert(died >= 2, `${died} deaths`);
  });
}
