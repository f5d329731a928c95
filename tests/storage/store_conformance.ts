/**
 * The conformance suite for stores. A new store needs ten lines in store_test.ts.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import type { Store, StoreEntry } from "../../lib/storage/store.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import type { Skip } from "../../testing/skip.ts";

/** A store, and whatever it needs. */
export interface StoreFixture extends AsyncDisposable {
  readonly store: Store;
}

const text = (s: string) => new TextEncoder().encode(s);
let tokens = 0;

/** Writes a file. */
export async function put(
  store: Store,
  path: string,
  content: string | Uint8Array,
  options: { replace?: boolean; mtimeMs?: number; executable?: boolean; mode?: number } = {},
): Promise<StoreEntry> {
  await using staged = await store.stage(`conform_${tokens++}`);
  await staged.writeAt(0, typeof content === "string" ? text(content) : content);
  return await staged.publish(storePath(path), { replace: false, ...options });
}

/** Reads a file; `null` if it does not exist. */
export async function read(store: Store, path: string): Promise<string | null> {
  await using file = await store.open(storePath(path));
  if (file === null) return null;
  const into = new Uint8Array(file.entry.bytes);
  assertEquals(await file.readAt(0, into), into.length);
  return new TextDecoder().decode(into);
}

/** Paths in a folder, sorted. */
export async function names(store: Store, dir: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of store.list(storePath(dir))) paths.push(entry.path);
  return paths.sort();
}

/** Expects an error with this code. */
export async function refuses(code: ErrorCode, act: () => Promise<unknown>): Promise<FtError> {
  const error = await assertRejects(act, FtError);
  assertEquals(error.code, code, error.message);
  return error;
}

const RULES: Record<string, (store: Store) => Promise<void>> = {
  async "has a root, and returns null for a path that does not exist"(store) {
    assertEquals((await store.stat(ROOT))?.type, "dir");
    assertEquals(await store.stat(storePath("nope")), null);
    assertEquals(await store.stat(storePath("no/pe")), null);
    assertEquals(await store.open(storePath("nope")), null);
    assertEquals(await names(store, "nope"), []);
    await put(store, "f", "x");
    assertEquals(await store.stat(storePath("f/below")), null);
    assertEquals(await store.open(storePath("f/below")), null);
    assertEquals(await names(store, "f"), []);
  },
  async "publishes staged content, with facts that stat, open and list agree on"(store) {
    const facts = { mtimeMs: 1_700_000_000_374, executable: true, mode: 0o750 };
    const entry = await put(store, "a/b/c.txt", "hello", facts);
    const { settledMs: _, ...described } = entry;
    assertEquals(
      { ...described, revision: "" },
      { path: storePath("a/b/c.txt"), type: "file", bytes: 5, revision: "", ...facts },
    );
    assertNotEquals(entry.revision, "");
    assertEquals(await store.stat(entry.path), entry);
    await using file = await store.open(entry.path);
    assertEquals(file?.entry, entry);
    const listed = await Array.fromAsync(store.list(storePath("a/b")));
    assertEquals(listed, [entry]);
    assertEquals(await names(store, "."), ["a"]);
    assertEquals((await store.stat(storePath("a/b")))?.type, "dir");
  },
  async "gives new files and folders the bits they ask for, and keeps those of others"(store) {
    const modeAt = async (path: string) => (await store.stat(storePath(path)))?.mode;
    await put(store, "private", "x", { mode: 0o600 });
    await put(store, "private", "y", { mode: 0o644, replace: true });
    assertEquals(await modeAt("private"), 0o600);
    const small = { bytes: text("x"), mtimeMs: 0, executable: false };
    const batch = ["many", "private"].map((name) => ({ ...small, path: storePath(name) }));
    await store.writeMany(batch.map((file) => ({ ...file, mode: 0o640 })), true);
    assertEquals([await modeAt("many"), await modeAt("private")], [0o640, 0o600]);
    await store.mkdir(storePath("d"), 0o500);
    assertEquals(await modeAt("d"), 0o700, "its owner can fill it");
    await store.mkdir(storePath("d"), 0o755);
    assertEquals(await modeAt("d"), 0o700);
  },
  async "sets time and bits of the version that is meant"(store) {
    const { path, revision } = await put(store, "f", "x", { mode: 0o640 });
    const entry = await store.setFacts(path, revision, { mtimeMs: 1_700_000_000_374, mode: 0o755 });
    assertEquals([entry.mtimeMs, entry.mode, entry.executable], [1_700_000_000_374, 0o750, true]);
    assertEquals(await store.stat(path), entry);
    const facts = { mtimeMs: 1 };
    const outdated = await assertRejects(() => store.setFacts(path, revision, facts), FtError);
    assertEquals([outdated.code, outdated.retryable], ["conflict", true]);
    const missing = storePath("nope");
    assertEquals(
      (await assertRejects(() => store.setFacts(missing, revision, facts), FtError)).code,
      "not_found",
    );
  },
  async "publishes an empty file"(store) {
    assertEquals((await put(store, "empty", "")).bytes, 0);
    assertEquals(await read(store, "empty"), "");
  },
  async "shows nothing of a staged file before it is published"(store) {
    await using staged = await store.stage("invisible");
    await staged.writeAt(0, text("x"));
    await staged.sync();
    assertEquals(await names(store, "."), []);
    assertEquals((await Array.fromAsync(store.staged())).map((s) => s.token), ["invisible"]);
    await staged.discard();
    assertEquals(await Array.fromAsync(store.staged()), []);
  },
  async "writes and reads at offsets, and truncates"(store) {
    await using staged = await store.stage("positions");
    await staged.writeAt(4, text("late"));
    await staged.writeAt(0, text("soon"));
    assertEquals(staged.bytes, 8);
    const into = new Uint8Array(10);
    assertEquals(await staged.readAt(2, into), 6);
    assertEquals(new TextDecoder().decode(into.subarray(0, 6)), "onlate");
    assertEquals(await staged.readAt(8, into), 0);
    staged.truncate(6);
    const { path } = await staged.publish(storePath("cut"), { replace: false });
    assertEquals(await read(store, path), "soonla");
    await using file = await store.open(path);
    assertEquals(await file!.readAt(6, into), 0);
    assertEquals(await file!.readAt(100, into), 0);
  },
  async "finds a staged file by its token"(store) {
    {
      await using staged = await store.stage("resume_me");
      await staged.writeAt(0, text("half"));
    }
    await using again = await store.stage("resume_me");
    assertEquals(again.bytes, 4);
    await again.writeAt(4, text("whole"));
    await again.publish(storePath("r"), { replace: false });
    assertEquals(await read(store, "r"), "halfwhole");
    await using fresh = await store.stage("resume_me");
    assertEquals(fresh.bytes, 0);
  },
  async "gives a token that is staged twice to the last caller (stale-writer-is-fenced)"(store) {
    await using first = await store.stage("same_token");
    await first.writeAt(0, text("1"));
    await using second = await store.stage("same_token");
    assertEquals(second.bytes, 1);
    assertEquals(
      (await assertRejects(() => first.writeAt(0, text("0")), FtError)).code,
      "conflict",
    );
    await refuses("conflict", () => first.publish(storePath("stale"), { replace: true }));
    await refuses("conflict", () => first.discard());
    await first[Symbol.asyncDispose]();
    await second.publish(storePath("fresh"), { replace: false });
    assertEquals(await read(store, "fresh"), "1");
    assertEquals(await read(store, "stale"), null);
  },
  async "refuses malformed tokens"(store) {
    for (const token of ["", "short", "../../etc/x", "a/b/c/d/e", "x".repeat(65), "nul\0nulnul"]) {
      await refuses("usage", () => store.stage(token));
    }
  },
  async "replaces only on request, and atomically (reader-during-overwrite-sees-one-version)"(
    store,
  ) {
    const mtimeMs = 1_700_000_000_000;
    const old = await put(store, "f", "old!", { mtimeMs });
    await refuses("conflict", () => put(store, "f", "new!"));
    await using reader = await store.open(storePath("f"));
    const now = await put(store, "f", "new!", { replace: true, mtimeMs });
    assertNotEquals(now.revision, old.revision);
    const into = new Uint8Array(4);
    await reader!.readAt(0, into);
    assertEquals(new TextDecoder().decode(into), "old!");
    assert(await reader!.unchanged());
    assertEquals(await read(store, "f"), "new!");
  },
  async "keeps a staged file that could not be published"(store) {
    await put(store, "taken", "x");
    await using staged = await store.stage("refused_1");
    await staged.writeAt(0, text("y"));
    await refuses("conflict", () => staged.publish(storePath("taken"), { replace: false }));
    await staged.publish(storePath("free"), { replace: false });
    assertEquals(await read(store, "taken"), "x");
    assertEquals(await read(store, "free"), "y");
  },
  async "gives a free name to exactly one of two publishers (two-writers-one-name)"(store) {
    for (let round = 0; round < 10; round++) {
      const tries = await Promise.allSettled(
        ["a", "b", "c"].map((who) => put(store, `race${round}`, who)),
      );
      assertEquals(tries.filter((t) => t.status === "fulfilled").length, 1);
      const winner = tries.findIndex((t) => t.status === "fulfilled");
      assertEquals(await read(store, `race${round}`), ["a", "b", "c"][winner]);
    }
  },
  async "refuses a folder in place of a file, and a file in place of a folder"(store) {
    await put(store, "dir/f", "x");
    await refuses("usage", () => store.open(storePath("dir")));
    await refuses("conflict", () => put(store, "dir", "x", { replace: true }));
    await refuses("conflict", () => put(store, "dir", "x"));
    await refuses("conflict", () => put(store, "dir/f/below", "x"));
    await refuses("conflict", () => store.mkdir(storePath("dir/f")));
    await refuses("conflict", () => store.mkdir(storePath("dir/f/below")));
    await refuses("not_allowed", () => put(store, ".", "x", { replace: true }));
  },
  async "creates folders, and accepts existing ones"(store) {
    await store.mkdir(storePath("x/y/z"));
    await store.mkdir(storePath("x/y"));
    await store.mkdir(ROOT);
    assertEquals(await names(store, "x/y"), ["x/y/z"]);
  },
  async "moves files and folders, but not onto existing ones"(store) {
    await put(store, "d/f", "1");
    await put(store, "g", "2");
    await store.mkdir(storePath("e"));
    await refuses("conflict", () => store.move(storePath("g"), storePath("d/f")));
    await refuses("conflict", () => store.move(storePath("g"), storePath("e")));
    await refuses("conflict", () => store.move(storePath("d"), storePath("e")));
    await refuses("conflict", () => store.move(storePath("d"), storePath("g")));
    await refuses("conflict", () => store.move(storePath("d"), storePath("d/below")));
    await refuses("conflict", () => store.move(storePath("g"), storePath("g")));
    await refuses("not_found", () => store.move(storePath("nope"), storePath("n")));
    await refuses("not_found", () => store.move(storePath("g"), storePath("no/pe")));
    await refuses("not_allowed", () => store.move(storePath("g"), ROOT));
    assertEquals([await read(store, "d/f"), await read(store, "g")], ["1", "2"]);
    await store.move(storePath("g"), storePath("d/h"));
    await store.move(storePath("d"), storePath("e/d2"));
    assertEquals(await names(store, "."), ["e"]);
    assertEquals(await names(store, "e/d2"), ["e/d2/f", "e/d2/h"]);
    assertEquals(await read(store, "e/d2/f"), "1");
  },
  async "moves a file onto another one if it may replace it"(store) {
    await put(store, "d/f", "1");
    await put(store, "g", "2");
    await store.mkdir(storePath("e"));
    await refuses("conflict", () => store.move(storePath("g"), storePath("e"), true));
    await refuses("conflict", () => store.move(storePath("d"), storePath("g"), true));
    await refuses("conflict", () => store.move(storePath("d"), storePath("e"), true));
    await refuses("conflict", () => store.move(storePath("g"), storePath("g"), true));
    await store.move(storePath("g"), storePath("d/f"), true);
    await store.move(storePath("d/f"), storePath("e/f"), true);
    assertEquals([await read(store, "e/f"), await names(store, "d")], ["2", []]);
  },
  async "removes files and empty folders"(store) {
    await put(store, "d/f", "1");
    await refuses("conflict", () => store.remove(storePath("d")));
    await refuses("not_found", () => store.remove(storePath("nope")));
    await refuses("not_allowed", () => store.remove(ROOT));
    await store.remove(storePath("d/f"));
    await store.remove(storePath("d"));
    assertEquals(await names(store, "."), []);
  },
  async "accepts every valid name unchanged"(store) {
    const odd = ["%2e%2e", "ä", "a\u0308", "x".repeat(255), " ", "...", "-rf", "~", "$HOME", "*?"];
    for (const name of odd) await put(store, `odd/${name}`, name);
    assertEquals(await names(store, "odd"), odd.map((n) => `odd/${n}`).sort());
    for (const name of odd) assertEquals(await read(store, `odd/${name}`), name);
  },
};

/** Registers the suite for a store. */
export function storeConformance(
  name: string,
  open: () => Promise<StoreFixture>,
  options: Partial<Skip> & { readonly permissions?: Deno.PermissionOptions } = {},
): void {
  for (const [rule, check] of Object.entries(RULES)) {
    Deno.test({
      name: `${name} ${rule}`,
      ...options,
      fn: async () => {
        await using fixture = await open();
        await check(fixture.store);
      },
    });
  }
}
