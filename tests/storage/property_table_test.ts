import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_FILE_PROPERTIES } from "../../lib/base/limits.ts";
import { PropertyTable } from "../../lib/storage/property_table.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";

function raise(error: unknown): never {
  throw error;
}

/** A table in memory in which each of these paths has its own name as a property. */
function tableWith(...paths: readonly string[]): PropertyTable {
  const table = new PropertyTable(":memory:", raise);
  for (const path of paths) {
    table.change(storePath(path), [{ namespace: "u:", name: "own", value: path }]);
  }
  return table;
}

/** The properties of paths, without those that have none. */
function found(table: PropertyTable, ...paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    paths.flatMap((path) => table.of(storePath(path)).map(({ value }) => [path, value])),
  );
}

Deno.test("PropertyTable creates its file with the first property", async () => {
  await using dir = await tempDir();
  const path = dir.join("properties.sqlite");
  const at = storePath("a");
  {
    using table = new PropertyTable(path, raise);
    assertEquals([table.used, table.of(at), table.ofMany(ROOT, [at]).size], [false, [], 0]);
    table.rename(at, storePath("b"));
    table.forget(at);
    table.copy(at, storePath("b"));
    await Deno.stat(path).then(() => raise("exists"), () => {});
    table.change(at, [{ namespace: "", name: "n", value: "<n/>" }]);
    assertEquals([table.used, table.ofMany(ROOT, [at]).size], [true, 1]);
  }
  if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  using again = new PropertyTable(path, raise);
  assertEquals(
    again.of(at),
    [{ namespace: "", name: "n", value: "<n/>" }].map((row) =>
      Object.assign(Object.create(null), row)
    ),
  );
  again.forget(at);
  assertEquals(again.used, false);
});

Deno.test("PropertyTable changes all or nothing, in order", () => {
  using table = tableWith("a");
  const at = storePath("a");
  const named = (name: string, value: string | undefined) => ({ namespace: "v:", name, value });
  table.change(at, [named("x", "1"), named("y", "2"), named("x", undefined), named("y", "3")]);
  assertEquals(table.of(at).map(({ name, value }) => [name, value]), [["own", "a"], ["y", "3"]]);
  const many = Array.from({ length: MAX_FILE_PROPERTIES - 2 }, (_, i) => named(`n${i}`, ""));
  const error = assertThrows(() => table.change(at, [...many, named("last", "")]), FtError);
  assertEquals([error.code, table.of(at).length], ["limit", 2]);
  table.change(at, many);
  assertEquals(table.of(at).length, MAX_FILE_PROPERTIES);
});

Deno.test("PropertyTable.ofMany returns those of the given names in one folder", () => {
  using table = tableWith("d/a", "d/b", `d/'"ä`, "d/a/c", "a", "e/a");
  table.change(storePath("d/a"), [{ namespace: "", name: "more", value: "1" }]);
  const given = ["d/a", `d/'"ä`, "d/none"].map(storePath);
  const found = [...table.ofMany(storePath("d"), given)];
  assertEquals(found.map(([path, all]) => [path, all.map(({ name }) => name)]), [
    [`d/'"ä`, ["own"]],
    ["d/a", ["more", "own"]],
  ]);
  assertEquals(table.ofMany(ROOT, [storePath("a")]).get("a")?.length, 1);
  assertEquals(table.ofMany(storePath("d"), []).size, 0);
});

Deno.test("PropertyTable.rename takes along what is below, and replaces what was there", () => {
  const paths = ["a", "a/b", "a/b/ä", "a0", "a-", "to", "to/b", "to/old", "."];
  using table = tableWith(...paths);
  table.rename(storePath("a"), storePath("to"));
  assertEquals(found(table, ...paths, "to/b/ä"), {
    ...{ "to": "a", "to/b": "a/b", "to/b/ä": "a/b/ä" },
    ...{ "a0": "a0", "a-": "a-", ".": "." },
  });
  table.rename(storePath("to/b"), storePath("c/d"));
  assertEquals(found(table, "to", "to/b", "c/d", "c/d/ä"), {
    ...{ "to": "a", "c/d": "a/b", "c/d/ä": "a/b/ä" },
  });
});

Deno.test("PropertyTable.forget forgets what is below, and nothing beside it", () => {
  const paths = ["a", "a/b", "a/b/c", "a0", "a-/b", "ab", "."];
  using table = tableWith(...paths);
  table.forget(storePath("a"));
  assertEquals(Object.keys(found(table, ...paths)).sort(), [".", "a-/b", "a0", "ab"]);
});

Deno.test("PropertyTable.copy gives the copy the properties of its source, and no others", () => {
  using table = tableWith("a", "a/b", "to", "to/x");
  table.copy(storePath("a"), storePath("to"));
  assertEquals(found(table, "a", "a/b", "to", "to/b", "to/x"), {
    ...{ "a": "a", "a/b": "a/b", "to": "a", "to/x": "to/x" },
  });
  table.copy(storePath("none"), storePath("to"));
  assertEquals(found(table, "to"), {});
});

Deno.test("PropertyTable is bounded in size, and stays usable when it is full", async () => {
  await using dir = await tempDir();
  using table = new PropertyTable(dir.join("p"), raise, 50);
  table.change(storePath("a"), [{ namespace: "", name: "n", value: "<n/>" }]);
  const value = "x".repeat(16 * 1024);
  const fill = () => {
    for (let i = 0; i < 50; i++) {
      table.change(storePath(`b${i}`), [{ namespace: "", name: "n", value }]);
    }
  };
  const error = assertThrows(fill, FtError);
  assertEquals(error.code, "disk_full");
  assertEquals(table.of(storePath("a")).length, 1);
  table.forget(storePath("b0"));
  table.change(storePath("a"), [{ namespace: "", name: "m", value: "<m/>" }]);
  assertEquals(table.of(storePath("a")).length, 2);
});

Deno.test("PropertyTable: a damaged file fails only changes", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("p"), "no database".repeat(1000));
  const faults: unknown[] = [];
  using table = new PropertyTable(dir.join("p"), (error) => faults.push(error));
  const at = storePath("a");
  assertEquals([table.of(at), table.ofMany(ROOT, [at]).size], [[], 0]);
  table.rename(at, storePath("b"));
  table.forget(at);
  assertEquals(faults.length, 4);
  assertThrows(() => table.change(at, [{ namespace: "", name: "n", value: "" }]), FtError);
});
