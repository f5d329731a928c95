import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { isIllegible, parseAnswer } from "../../lib/object_store/xml.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { names, put, read } from "../storage/store_conformance.ts";

const shared = sharedCeph();

const textOf = (xml: string) => parseAnswer(`<a><b>${xml}</b></a>`).fields.get("b");

Deno.test("parseAnswer reads answers that repeat characters which XML does not have", () => {
  for (const bad of ["&#x1b;", "&#27;", "\x1b", "&#0;", "\uffff", "&#xFFFE;", "&#xFFFFFF;"]) {
    assertEquals(textOf(`x${bad}y&amp;&#65;&#x1F600;`), "x\ufffdy&A😀", bad);
  }
  assertEquals(textOf("\t\n\x7f\x85"), "\t\n\x7f\x85");
  for (const bad of ["&#xD800;", "&bad;", "<", "&#;", "<!ENTITY>"]) {
    assertThrows(() => textOf(bad), FtError, "something else than XML");
  }
  assertEquals([..."a\x1b\n\ufffe"].map(isIllegible), [false, true, false, true]);
});

Deno.test(
  "ObjectStore writes, lists, moves and removes names that XML does not have",
  NEEDS_CEPH,
  async () => {
    await using store = await shared.open();
    const odd = ["es\x1bcape", "cr\rlf\r\n", "<&>\"'", "\x7f", "%41+ ", "\ufffe"];
    for (const name of odd) await put(store, `odd/${name}`, name);
    await store.move(storePath("odd"), storePath("moved"));
    const expected = odd.map((name) => `moved/${name}`).sort();
    assertEquals((await names(store, "moved")).sort(), expected);
    for (const name of odd) assertEquals(await read(store, `moved/${name}`), name);
    for (const path of expected) await store.remove(storePath(path));
    await store.remove(storePath("moved"));
    assertEquals(await Array.fromAsync(store.list(ROOT)), []);
  },
);
