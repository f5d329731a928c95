import { assert, assertEquals } from "@std/assert";
import { MAX_LEASE_TTL_MS, MAX_NAME_BYTES, MAX_PATH_BYTES } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { get, names, put, refuses, text, totalOf, writeAll } from "./content.ts";
import type { FilesRules } from "./files_rules.ts";

/** Unusual names that must not change. */
const ODD_NAMES = [
  ...(Deno.build.os === "windows" ? [] : ["back\\slash", "new\nline", "es\x1bcape", "\x85"]),
  "ä",
  "a\u0308",
  "日本語.txt",
  "🏳️‍🌈",
  "%2e%2e",
  "...",
  "-rf",
  " ",
  "$HOME",
  "*?",
  "a\u2028b",
  "\u202efdp.exe",
  "\ufeffbom",
  "x".repeat(MAX_NAME_BYTES),
];

/** Paths that must be refused. */
const BAD_PATHS = ["", "..", "a/../b", "/etc/passwd", "..\\b", "C:x", "a\0b", ".ftserver/x"];

/** Rules for names, folders and leases. */
export const TREE_RULES: FilesRules = {
  async "lists folders in name order, recursively on request"(open) {
    const one = text("1");
    await using at = await open({ content: { "b": one, "a/z": one, "a/c/d": one, "c": one } });
    assertEquals(await names(at.files, "."), ["a", "b", "c"]);
    assertEquals(await names(at.files, ".", true), ["a", "a/c", "a/c/d", "a/z", "b", "c"]);
    const bare = at.files.list(".", { recursive: true, namesOnly: true });
    const types = (await Array.fromAsync(bare)).map(({ path, type }) => `${type} ${path}`);
    assertEquals(types, ["dir a", "dir a/c", "file a/c/d", "file a/z", "file b", "file c"]);
    assertEquals(await names(at.files, "a"), ["a/c", "a/z"]);
    assertEquals(await names(at.files, "b"), ["b"]);
    const infos = await Array.fromAsync(at.files.list("a"));
    assertEquals(infos.map(({ type, bytes }) => [type, bytes]), [["dir", 0], ["file", 1]]);
    await refuses("not_found", () => names(at.files, "nope"));
  },
  async "lists more than fits into one message"(open) {
    await using at = await open();
    const paths = Array.from({ length: 600 }, (_, i) => "n".repeat(196) + `${i}`.padStart(4, "0"));
    const files = paths.map((path) =>
      smallFile({ path, bytes: text(""), mtimeMs: 0, executable: false })
    );
    await at.files.writeMany(files);
    assert((await names(at.files, ".")).join() === paths.join());
    const read = await Array.fromAsync(at.files.readMany(paths));
    assertEquals(read.filter((result) => "value" in result).length, 600);
  },
  async "returns facts about files, folders and the root"(open) {
    await using at = await open({ content: { "d/f": text("four") } });
    const { path, type, bytes } = await at.files.stat("./d//f");
    assertEquals([path, type, bytes], ["d/f", "file", 4]);
    assertEquals((await at.files.stat(".")).type, "dir");
    assertEquals((await at.files.stat("d")).type, "dir");
    const error = await refuses("not_found", () => at.files.stat("nope"));
    assertEquals(error.subject, "nope");
    await refuses("not_found", () => at.files.read("nope"));
    await refuses("not_found", () => at.files.manifest("nope"));
    await refuses("not_found", () => at.files.sum("nope", "md5"));
    await refuses("usage", () => at.files.read("d"));
  },
  async "accepts unusual names unchanged"(open) {
    await using at = await open();
    for (const name of ODD_NAMES) await put(at.files, `odd/${name}`, text(name));
    const expected = ODD_NAMES.map((name) => `odd/${name}`).sort();
    assertEquals((await names(at.files, "odd")).sort(), expected);
    for (const name of ODD_NAMES) assertEquals(await get(at.files, `odd/${name}`), text(name));
  },
  async "refuses invalid paths and those that leave the root, in every call"(open) {
    await using at = await open({ content: { "f": text("f") } });
    const { files } = at;
    for (const path of BAD_PATHS) {
      await refuses("not_allowed", () => files.stat(path));
      await refuses("not_allowed", () => names(files, path));
      await refuses("not_allowed", () => files.read(path));
      await refuses("not_allowed", () => files.manifest(path));
      await refuses("not_allowed", () => files.stage(path));
      await refuses("not_allowed", () => files.sum(path, "md5"));
      await refuses("not_allowed", () => files.move("f", path));
      await refuses("not_allowed", () => files.move(path, "g"));
      await refuses("not_allowed", () => files.remove(path));
      await refuses("not_allowed", () => files.mkdir(path));
      await refuses("not_allowed", () => files.lease(path, { ttlMs: 1000 }));
    }
    for (const long of ["x".repeat(MAX_NAME_BYTES + 1), "x/".repeat(MAX_PATH_BYTES)]) {
      await refuses("limit", () => files.stat(long));
      await refuses("limit", () => files.stage(long));
    }
    assertEquals(await names(files, "."), ["f"]);
  },
  async "moves and creates, but not onto existing names"(open) {
    const one = text("1");
    await using at = await open({ content: { "d/f": one, "g": one } });
    const { files } = at;
    await files.mkdir("new/er");
    await files.mkdir("new/er");
    await refuses("conflict", () => files.mkdir("g/x"));
    await refuses("conflict", () => files.move("g", "d/f"));
    await refuses("conflict", () => files.move("d", "d/below"));
    await refuses("not_found", () => files.move("nope", "x"));
    await refuses("not_found", () => files.move("g", "no/pe"));
    await files.move("g", "new/g");
    await files.move("d", "new/d");
    assertEquals(await names(files, ".", true), ["new", "new/d", "new/d/f", "new/er", "new/g"]);
    assertEquals(await get(files, "new/d/f"), one);
  },
  async "removes files and empty folders, and full folders on request"(open) {
    const one = text("1");
    await using at = await open({ content: { "d/e/f": one, "d/g": one, "h": one } });
    const { files } = at;
    await refuses("conflict", () => files.remove("d"));
    await refuses("not_found", () => files.remove("nope"));
    await refuses("not_allowed", () => files.remove(".", { recursive: true }));
    await files.remove("h");
    await files.remove("d", { recursive: true });
    assertEquals(await names(files, "."), []);
  },
  async "enforces a lease against other users, for the path and everything below"(open) {
    await using at = await open({ content: { "d/f": text("old") } });
    const any = { precondition: { kind: "any" } } as const;
    const { files, stranger } = at;
    const lease = await files.lease("d", { ttlMs: 60_000 });
    assertEquals(lease.path, "d");
    await refuses("conflict", () => put(stranger, "d/f", text("theirs"), any));
    await refuses("conflict", () => stranger.remove("d/f"));
    await refuses("conflict", () => stranger.remove("d", { recursive: true }));
    await refuses("conflict", () => stranger.move("d", "e"));
    await refuses("conflict", () => stranger.mkdir("d/x"));
    await refuses("conflict", () => stranger.lease("d/f", { ttlMs: 1000 }));
    const shown = [await stranger.stat("d/f"), ...await Array.fromAsync(stranger.list("d"))];
    for (const { lock } of shown) {
      assertEquals([lock?.holder, lock!.leftMs > 50_000], [lease.holder, true]);
    }
    const small = smallFile({ path: "d/s", bytes: text("s"), mtimeMs: 0, executable: false });
    const [result] = await stranger.writeMany([small]);
    assert(result !== undefined && "error" in result);
    assertEquals(await get(stranger, "d/f"), text("old"));
    await put(files, "d/f", text("own"), any);
    assertEquals((await files.lease("d", { ttlMs: 1000 })).holder, lease.holder);
    await refuses("not_allowed", () => stranger.release("d"));
    await files.release("d");
    await put(stranger, "d/f", text("theirs"), any);
    assertEquals(await get(files, "d/f"), text("theirs"));
  },
  async "enforces the lease of a file when its folder is moved"(open) {
    await using at = await open({ content: { "d/e/f": text("old") } });
    await at.files.lease("d/e/f", { ttlMs: 60_000 });
    await refuses("conflict", () => at.stranger.move("d", "other"));
    await refuses("conflict", () => at.stranger.remove("d", { recursive: true }));
    await at.files.stat("d/e/f");
    await at.files.move("d", "other");
  },
  async "checks leases again at the commit"(open) {
    await using at = await open();
    await using upload = await at.stranger.stage("f");
    await writeAll(upload, text("theirs"));
    await at.files.lease("f", { ttlMs: 60_000 });
    await refuses("conflict", () => upload.commit(totalOf(text("theirs"))));
    await refuses("not_found", () => at.files.stat("f"));
  },
  async "limits the duration of leases (peer-supplied-timeout-is-capped)"(open) {
    await using at = await open();
    const { expiresAtMs } = await at.files.lease("f", { ttlMs: Number.MAX_SAFE_INTEGER });
    assert(expiresAtMs <= Date.now() + MAX_LEASE_TTL_MS);
  },
};
