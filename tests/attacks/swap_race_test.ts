/**
 * A local program that exchanges a folder of the served tree and a link, as fast as it can, while
 * peers write, move and remove in that folder.
 */

import { assert, assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";

/** Attempts of each operation, and the milliseconds after which no further one begins. */
const ATTEMPTS = 150;
const LIMIT_MS = 4000;
/** Milliseconds in which at least one attempt must meet an exchanged folder. */
const START_MS = 30_000;
/** Changes that may happen outside before the first link is seen. */
const UNNOTICED = 3;
/** Changes that are not found again, as when the swapping program gets no turn for a long time. */
const LOST = 1;

/** Exchanges `served/d` and `served/link`, which leads to `outside`, until it is disposed. */
function exchange(dir: TempDir): AsyncDisposable {
  const worker = new Worker(new URL("./exchanger.ts", import.meta.url), { type: "module" });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const stopped = new Promise((resolve) => worker.addEventListener("message", resolve));
  worker.postMessage({ folder: dir.join("served/d"), link: dir.join("served/link"), stop });
  return {
    async [Symbol.asyncDispose]() {
      Atomics.store(stop, 0, 1);
      await stopped;
      worker.terminate();
    },
  };
}

const bytes = new Uint8Array([1, 2, 3]);

async function create(store: FsStore, path: StorePath, replace: boolean): Promise<void> {
  const [result] = await store.writeMany([{ path, bytes, mtimeMs: 0, executable: false }], replace);
  if (result instanceof Error) throw result;
}

async function publish(store: FsStore, path: StorePath, replace: boolean): Promise<void> {
  await using staged = await store.stage(crypto.randomUUID());
  await staged.writeAt(0, bytes);
  await staged.publish(path, { replace });
}

/** What peers do in the folder `d`. `served` makes a path in the served tree. */
const WAYS: Record<string, (store: FsStore, name: string, dir: TempDir) => Promise<unknown>> = {
  create: (store, name) => create(store, storePath(`d/${name}`), false),
  replace: (store, name) => create(store, storePath(`d/${name}`), true),
  publish: (store, name) => publish(store, storePath(`d/${name}`), false),
  publishOver: (store, name) => publish(store, storePath(`d/${name}`), true),
  mkdir: (store, name) => store.mkdir(storePath(`d/${name}`)),
  mkdirs: (store, name) => store.mkdir(storePath(`d/${name}/e/f`)),
  async moveFileIn(store, name, dir) {
    await Deno.writeFile(dir.join(`served/${name}`), bytes);
    await store.move(storePath(name), storePath(`d/${name}`));
  },
  async moveFolderIn(store, name, dir) {
    await Deno.mkdir(dir.join(`served/${name}`));
    await store.move(storePath(name), storePath(`d/${name}`));
  },
};

/** Repeats an operation. @returns How often, how often it succeeded, and the names outside. */
async function attack(
  dir: TempDir,
  store: FsStore,
  way: (name: string) => Promise<unknown>,
): Promise<{ attempts: number; done: number }> {
  let [attempts, done] = [0, 0];
  const start = performance.now();
  // On a busy machine the attacker may need a while for its first exchange.
  const goesOn = () => {
    const ms = performance.now() - start;
    return attempts === done ? ms < START_MS : attempts < ATTEMPTS && ms < LIMIT_MS;
  };
  await using _attack = exchange(dir);
  for (; goesOn(); attempts++) {
    try {
      await way(`${crypto.randomUUID()}`);
      done++;
    } catch (error) {
      assert(error instanceof FtError, String(error));
      assert(["not_allowed", "conflict", "not_found"].includes(error.code), error.message);
    }
  }
  await store[Symbol.asyncDispose]();
  return { attempts, done };
}

async function scene(mode: number) {
  const dir = await tempDir();
  for (const name of ["served", "served/d", "outside"]) await Deno.mkdir(dir.join(name));
  await Deno.symlink("../outside", dir.join("served/link"));
  await Deno.chmod(dir.join("served"), mode);
  return { dir, store: await FsStore.open(dir.join("served")) };
}

const namesIn = (at: string) => [...Deno.readDirSync(at)].map(({ name }) => name);

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(
    `symlink-parent-swap-race: ${name} in a folder that others can swap stays inside`,
    NEEDS_LINUX,
    async () => {
      const { dir, store } = await scene(0o777);
      await using _ = dir;
      const { attempts, done } = await attack(dir, store, (at) => way(store, at, dir));
      const outside = namesIn(dir.join("outside"));
      assert(outside.length <= LOST, `${outside.length} outside of ${attempts}, ${done} done`);
      assertGreater(attempts, done);
    },
  );

  Deno.test(
    `symlink-parent-swap-race: ${name} is on its guard after the first link it sees`,
    NEEDS_LINUX,
    async () => {
      const { dir, store } = await scene(0o755);
      await using _ = dir;
      const { attempts, done } = await attack(dir, store, (at) => way(store, at, dir));
      const outside = namesIn(dir.join("outside"));
      assert(outside.length <= UNNOTICED, `${outside.length} outside of ${attempts}, ${done} done`);
    },
  );
}

Deno.test(
  "symlink-parent-swap-race: remove and move take nothing from outside",
  NEEDS_LINUX,
  async () => {
    for (const move of [false, true]) {
      const { dir, store } = await scene(0o777);
      await using _ = dir;
      const kept: string[] = [];
      for (let i = 0; i < ATTEMPTS; i++) {
        await Deno.writeTextFile(dir.join(`outside/${i}`), "outside");
        await Deno.writeTextFile(dir.join(`served/d/${i}`), "inside");
        kept.push(`${i}`);
      }
      let i = 0;
      const { done } = await attack(dir, store, () => {
        const from = storePath(`d/${i++}`);
        return move ? store.move(from, storePath(`moved${i}`)) : store.remove(from);
      });
      const missing = kept.filter((name) => !namesIn(dir.join("outside")).includes(name));
      assert(missing.length <= LOST, `${missing.length} missing outside, ${done} done`);
      for (const name of namesIn(dir.join("served")).filter((name) => name.startsWith("moved"))) {
        assertEquals(await Deno.readTextFile(dir.join(`served/${name}`)), "inside");
      }
      // Nothing of the inside is gone that was not removed.
      const left = namesIn(dir.join("served/.ftserver/staging")).length;
      assert(left <= LOST, `${left} in the staging folder`);
      const inside = namesIn(dir.join("served/d")).length;
      const moved = namesIn(dir.join("served")).filter((name) => name.startsWith("moved")).length;
      assertGreaterOrEqual(inside + left + (move ? moved : done), ATTEMPTS);
    }
  },
);
