/**
 * What every store that keeps versions does.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import type { Store } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import type { KeptVersion, StoreVersions } from "../../lib/storage/store_versions.ts";
import { DEFAULT_VERSION_POLICY, type KeepingOptions } from "../../lib/storage/version_policy.ts";
import type { Skip } from "../../testing/skip.ts";

/** A store with its versions. */
export interface KeepingStore extends Store {
  readonly versions?: StoreVersions | undefined;
}

/** Opens an empty store. */
export type OpenKeeping = (
  options: KeepingOptions,
) => Promise<AsyncDisposable & { readonly store: KeepingStore }>;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Writes a file, as an upload does. */
export async function putText(
  store: Store,
  path: string,
  text: string,
  by = "ann",
): Promise<void> {
  await using staged = await store.stage(crypto.randomUUID(), path);
  await staged.writeAt(0, bytesOf(text));
  await staged.publish(storePath(path), { replace: true, change: { by } });
}

async function readText(store: KeepingStore, version: KeptVersion): Promise<string> {
  await using file = await store.versions!.open(version);
  const bytes = new Uint8Array(file!.entry.bytes);
  await file!.readAt(0, bytes);
  return new TextDecoder().decode(bytes);
}

/** The versions of a name. */
export const versionsOf = (store: KeepingStore, path: string) =>
  store.versions!.of(storePath(path));

/** The contents of the versions of a name. */
export async function versionTexts(store: KeepingStore, path: string): Promise<string[]> {
  const versions = await versionsOf(store, path);
  return await Promise.all(versions.map((version) => readText(store, version)));
}

async function textOf(store: Store, path: string): Promise<string> {
  await using file = await store.open(storePath(path));
  const bytes = new Uint8Array(file!.entry.bytes);
  await file!.readAt(0, bytes);
  return new TextDecoder().decode(bytes);
}

/** Runs the suite. @param name The store. */
export function versionsConformance(name: string, open: OpenKeeping, skip?: Skip): void {
  const test = (what: string, fn: (store: KeepingStore) => Promise<void>, options = {}) =>
    Deno.test({
      ...{ name: `${name} ${what}`, ...skip },
      async fn() {
        await using opened = await open({ policy: DEFAULT_VERSION_POLICY, ...options });
        await fn(opened.store);
      },
    });

  test("keeps what an upload, a batch, a move and a removal take a name from", async (store) => {
    await putText(store, "a/b.txt", "one");
    await putText(store, "a/b.txt", "two", "bob");
    const [bytes, mtimeMs] = [bytesOf("three"), 5_000_000];
    const small = { path: storePath("a/b.txt"), bytes, mtimeMs, executable: false };
    await store.writeMany([small], true, "cy");
    await putText(store, "c", "four");
    await store.move(storePath("c"), storePath("a/b.txt"), true, { by: "dan" });
    await store.remove(storePath("a/b.txt"), { by: "eve" });
    assertEquals(
      (await versionsOf(store, "a/b.txt")).map(({ cause, by, bytes }) => [cause, by, bytes]),
      [["removed", "eve", 4], ["replaced", "dan", 5], ["overwritten", "cy", 3]],
    );
    assertEquals(await versionTexts(store, "a/b.txt"), ["four", "three", "two"]);
    assertEquals((await versionsOf(store, "a/b.txt"))[1]!.mtimeMs, mtimeMs);
    assertEquals(await versionsOf(store, "c"), []);
  });

  test("gives a name its content back, and keeps what had it", async (store) => {
    await putText(store, "a/b", "one");
    await putText(store, "a/b", "two");
    const [first] = await versionsOf(store, "a/b");
    assertEquals(await store.versions!.find(storePath("a/b"), first!.rev), first!);
    assertEquals(await store.versions!.find(storePath("a/c"), first!.rev), null);
    await assertRejects(() => store.versions!.restore(first!, false), FtError, "exists");
    assertEquals(await versionTexts(store, "a/b"), ["one"]);
    const entry = await store.versions!.restore(first!, true, { by: "bob" });
    assertEquals(entry, await store.stat(storePath("a/b")) ?? undefined);
    assertEquals(await textOf(store, "a/b"), "one");
    const [lost, ...others] = await versionsOf(store, "a/b");
    assertEquals([lost!.cause, lost!.by, others], ["restored", "bob", []]);
    assertEquals(await versionTexts(store, "a/b"), ["two"]);
    await assertRejects(() => store.versions!.restore(first!, true), FtError, "no version");
    await store.remove(storePath("a/b"));
    await store.remove(storePath("a"));
    const [last] = await versionsOf(store, "a/b");
    assert(last!.rev > lost!.rev);
    await store.versions!.restore(last!, false);
    assertEquals(await textOf(store, "a/b"), "one", "its folder is made again");
    const [left] = await versionsOf(store, "a/b");
    await store.versions!.forget(left!);
    await assertRejects(() => store.versions!.forget(left!), FtError, "no version");
    assertEquals(await versionsOf(store, "a/b"), []);
    await assertRejects(() => store.versions!.restore(left!, true), FtError, "no version");
    await store.remove(storePath("a/b"));
    await store.mkdir(storePath("a/b"));
    const [removed] = await versionsOf(store, "a/b");
    await assertRejects(() => store.versions!.restore(removed!, true), FtError, "folder");
  });

  test("loses no other version to a restore", async (store) => {
    for (const text of ["one", "two", "three", "four"]) await putText(store, "a", text);
    assertEquals(await versionTexts(store, "a"), ["three", "two", "one"]);
    for (const left of [["four", "two", "one"], ["three", "four", "one"]]) {
      const [, , oldest] = await versionsOf(store, "a");
      const [first, second] = await versionsOf(store, "a");
      await store.versions!.restore(left[0] === "four" ? first! : second!, true);
      assertEquals(await versionTexts(store, "a"), left);
      assertEquals((await versionsOf(store, "a"))[2], oldest);
    }
  });

  const digests = { rootOf: () => "a".repeat(64), rename: () => {}, forget: () => {} };
  test(
    "keeps neither content that stays the same nor an empty file that is filled",
    async (store) => {
      await putText(store, "a", "one");
      await using staged = await store.stage("another_upload", "a");
      await staged.writeAt(0, bytesOf("one"));
      await staged.publish(storePath("a"), { replace: true, change: { root: "a".repeat(64) } });
      assertEquals(await versionsOf(store, "a"), []);
      await putText(store, "empty", "");
      await putText(store, "empty", "full");
      assertEquals(await versionsOf(store, "empty"), []);
      await putText(store, "gone", "");
      await store.remove(storePath("gone"));
      assertEquals((await versionsOf(store, "gone")).map(({ root }) => root), ["a".repeat(64)]);
    },
    { digests },
  );

  const notKept: string[] = [];
  const small = {
    policy: { ...DEFAULT_VERSION_POLICY, bytes: 25 },
    onNotKept: (path: string) => notKept.push(path),
  };
  test("does not keep a file that is larger than all versions may be", async (store) => {
    for (const path of ["large", "small"]) {
      await putText(store, path, "x".repeat(path === "large" ? 26 : 25));
      await store.remove(storePath(path));
    }
    assertEquals(notKept, ["large"]);
    assertEquals([await versionsOf(store, "large"), await versionTexts(store, "small")], [[], [
      "x".repeat(25),
    ]]);
  }, small);

  test("finds what is in a folder: names, and folders with names below", async (store) => {
    const names = ["a/x", "a/x y", "a/x!", "a/x!/1.2", "a/y", "a/b/c/d", "a/b/e", "ab/z", "top"];
    for (const path of names) {
      await putText(store, path, path);
      await store.remove(storePath(path));
      await store.remove(storePath("a/x!")).catch(() => {});
    }
    for (const path of names) assertEquals(await versionTexts(store, path), [path]);
    const { versions } = store;
    const named = async (folder: string) =>
      (await Array.fromAsync(versions!.newestIn(storePath(folder)))).map(({ path }) => path);
    const folders = async (folder: string) =>
      (await Array.fromAsync(versions!.foldersIn(storePath(folder)))).map(({ path, files }) =>
        `${path} ${files}`
      );
    assertEquals(await named("a"), ["a/x", "a/x y", "a/x!", "a/y"] as StorePath[]);
    assertEquals(await named("."), ["top"] as StorePath[]);
    assertEquals(await folders("a"), ["a/b 2", "a/x! 1"]);
    assertEquals(await folders("."), ["a 7", "ab 1"]);
    await putText(store, "top", "again");
    await store.remove(storePath("top"));
    const [newest] = await Array.fromAsync(versions!.newestIn(storePath(".")));
    assertEquals(newest, (await versionsOf(store, "top"))[0]);
  });

  test("has every name of a folder with many, in their order", async (store) => {
    const names = Array.from({ length: 520 }, (_, i) => `d/${1000 + i}`);
    const written = names.map((path) => (
      { path: storePath(path), bytes: bytesOf(path), mtimeMs: 1, executable: false }
    ));
    await store.writeMany(written, false);
    await Promise.all(names.map((path) => store.remove(storePath(path))));
    const found = await Array.fromAsync(store.versions!.newestIn(storePath("d")));
    assertEquals(found.map(({ path }) => `${path}`), names);
  });
}
