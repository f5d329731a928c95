import { assert, assertEquals } from "@std/assert";
import { DigestTable } from "../../lib/storage/digest_table.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const row = (path: string, revision: string, root: string) => ({
  path: storePath(path),
  revision,
  root: root.repeat(64),
});

Deno.test("DigestTable.putRoots writes only what is not known yet, or was not used for long", async () => {
  await using dir = await tempDir();
  using table = DigestTable.open(`${dir.path}/digests`, 100);
  const written = () => Deno.statSync(`${dir.path}/digests-wal`).size;
  const [a, b] = [row("a", "v1", "1"), row("b", "v1", "2")];
  table.putRoots([a, b]);
  const once = written();
  table.putRoots([a, b]);
  assertEquals([written(), table.size], [once, 2]);
  const changes = [row("a", "v2", "1"), row("a", "v2", "3"), row("c", "v1", "4")];
  for (const change of changes) {
    const before = written();
    table.putRoots([change]);
    assert(written() > before);
    assertEquals(table.roots([change]), [change.root]);
  }
  assertEquals(table.roots([a, b]), [undefined, b.root]);
  // Rows that are in use are not the ones that make room.
  for (let i = 0; i < 40; i++) table.putRoots([a, b, row(`f${i}`, "v1", "5")]);
  for (let i = 40; i < 200; i++) table.putRoots([b, row(`f${i}`, "v1", "5")]);
  assertEquals(table.roots([b, row("f0", "v1", "5")]), [b.root, undefined]);
});
