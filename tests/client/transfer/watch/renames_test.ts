import { assertEquals } from "@std/assert";
import { notFound } from "../../../../lib/base/errors.ts";
import { moveRenamed, Renames } from "../../../../lib/client/transfer/watch/renames.ts";
import type { FileInfo } from "../../../../lib/service/files.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";

Deno.test({
  name: "Renames follows a name over several steps, and back",
  permissions: "none",
  fn() {
    const renames = new Renames();
    renames.note("a", "b");
    renames.note("b", "c");
    renames.note("x", "y");
    renames.note("y", "x");
    assertEquals(renames.take(["c", "b", "x", "y"]), [["a", "c"]]);
    assertEquals(renames.take(["c"]), []);
  },
});

Deno.test("moveRenamed moves only what is certain to be the same, to a name that is free", async () => {
  await using dir = await tempDir();
  const mtimeMs = Date.UTC(2020, 1, 2);
  const facts = { executable: false, revision: "r", mtimeMs } as const;
  const file = (path: string, bytes: number): FileInfo => ({ ...facts, path, type: "file", bytes });
  const served = new Map<string, FileInfo>();
  const moved: string[] = [];
  const files = {
    stat: (path: string) => {
      const info = served.get(path);
      return info === undefined ? Promise.reject(notFound(path)) : Promise.resolve(info);
    },
    move: (from: string, to: string) => Promise.resolve(void moved.push(`${from} ${to}`)),
  };
  for (const name of ["same", "other size", "taken", "both here", "new"]) {
    await Deno.writeTextFile(dir.join(`${name} 2`), "text");
    await Deno.utime(dir.join(`${name} 2`), mtimeMs / 1000, mtimeMs / 1000);
    if (name !== "new") served.set(`t/${name}`, file(`t/${name}`, name === "other size" ? 5 : 4));
  }
  await Deno.writeTextFile(dir.join("both here"), "text");
  served.set("t/taken 2", file("t/taken 2", 4));
  const renames = ["same", "other size", "taken", "both here", "new", "gone"]
    .map((name) => [name, `${name} 2`] as const);
  await moveRenamed(files, { source: dir.path, target: "t" }, renames, {});
  assertEquals(moved, ["t/same t/same 2"]);
});
