import type { DatabaseSync } from "node:sqlite";
import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { openDatabase } from "../../lib/base/database.ts";
import { CACHE_BUSY_MS, DATABASE_BUSY_MS } from "../../lib/base/limits.ts";
import { tempDir } from "../../testing/temp_dir.ts";

function pragmas(path: string, durable: boolean): unknown[] {
  const database = openDatabase(path, { durable, setUp: () => {} });
  try {
    return ["journal_mode", "synchronous", "busy_timeout"]
      .map((name) => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0]);
  } finally {
    database.close();
  }
}

Deno.test("openDatabase syncs each change only where it must be durable", async () => {
  await using dir = await tempDir();
  const [full, normal] = [2, 1];
  assertEquals(pragmas(dir.join("users"), true), ["delete", full, DATABASE_BUSY_MS]);
  assertEquals(pragmas(dir.join("cache"), false), ["wal", normal, CACHE_BUSY_MS]);
});

Deno.test("openDatabase passes the version of the file, and closes it when that is refused", async () => {
  await using dir = await tempDir();
  const seen: [DatabaseSync, number][] = [];
  const open = () =>
    openDatabase(dir.join("users"), {
      durable: true,
      setUp(database, version) {
        seen.push([database, version]);
        database.exec("PRAGMA user_version = 7");
        if (version === 7) throw new Error("newer");
      },
    });
  open().close();
  assertThrows(open, Error, "newer");
  assertEquals(seen.map(([, version]) => version), [0, 7]);
  assertThrows(() => seen[1]![0].exec("SELECT 1"), Error, "not open");
});

Deno.test("a statement that fails throws an error of ours, with the file and the reason", async () => {
  await using dir = await tempDir();
  const path = dir.join("full");
  const setUp = (database: DatabaseSync) =>
    database.exec("CREATE TABLE t (x TEXT); PRAGMA max_page_count = 2");
  const database = openDatabase(path, { durable: true, setUp });
  try {
    const add = database.prepare("INSERT INTO t VALUES (?)");
    for (const run of [() => add.run("x".repeat(100_000)), () => add.get("x".repeat(100_000))]) {
      const error = assertThrows(run, FtError);
      assertEquals([error.code, error.message, error.subject], [
        "disk_full",
        `Cannot use ${path}: disk full`,
        path,
      ]);
    }
    const other = openDatabase(path, { durable: false, setUp: () => {} });
    database.exec("BEGIN EXCLUSIVE");
    const locked = assertThrows(() => other.exec("DELETE FROM t"), FtError);
    assertEquals([locked.code, locked.message], [
      "conflict",
      `Cannot use ${path}: another program uses it`,
    ]);
    other.close();
  } finally {
    database.close();
  }
});
