import { assertEquals } from "@std/assert";
import { openDatabase } from "../../lib/base/database.ts";
import { setUpTable } from "../../lib/storage/digest_sql.ts";
import { type CachedFolder, FolderTable } from "../../lib/storage/folder_table.ts";
import { clockAhead } from "../../testing/clock_ahead.ts";

function opened(maxFiles: number) {
  const database = openDatabase(":memory:", { durable: false, setUp: setUpTable });
  const table = new FolderTable(database, maxFiles);
  return { table, [Symbol.dispose]: () => database.close() };
}

const folder = (path: string, facts: string, files: number): CachedFolder => ({
  ...{ path, facts, digest: `digest of ${path}` },
  roots: Array.from({ length: files }, (_, i) => String(i % 10).repeat(64)),
});

Deno.test("FolderTable returns a folder only while its files are the same", () => {
  using opening = opened(1000);
  const { table } = opening;
  const [a, b, empty] = [folder("a", "1", 3), folder("b'\n", "1", 200), folder("c", "1", 0)];
  table.put([a, b, empty]);
  for (const one of [a, b, empty]) assertEquals(table.get(one.path, "1"), one);
  assertEquals([table.get("a", "2"), table.get("d", "1")], [null, null]);
  const changed = folder("a", "2", 4);
  table.put([changed]);
  assertEquals([table.get("a", "1"), table.get("a", "2")], [null, changed]);
});

Deno.test("FolderTable drops the folders that were not used for longest above its cap of files", () => {
  using opening = opened(10);
  const { table } = opening;
  const there = () => ["a", "b", "c", "d"].filter((path) => table.get(path, "1") !== null);
  table.put([folder("a", "1", 4)]);
  using _day = clockAhead(25 * 60 * 60 * 1000);
  table.put([folder("b", "1", 4)]);
  assertEquals(there(), ["a", "b"]);
  using _later = clockAhead(26 * 60 * 60 * 1000);
  table.put([folder("c", "1", 4)]);
  assertEquals(there().includes("c"), true);
  assertEquals(there().length, 2);
});
