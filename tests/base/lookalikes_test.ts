import { assert, assertEquals } from "@std/assert";
import { looksLike, mixesScripts, skeletonOf, visibleForm } from "../../lib/base/lookalikes.ts";
import { pure } from "../../testing/pure.ts";

pure("skeletonOf maps the examples of UTS 39 to the same skeleton", () => {
  // Section 4: scope in Latin and Cyrillic, and paypal in three styles.
  assertEquals(skeletonOf("\u0455\u0441\u043e\u0440\u0435"), "scope");
  assertEquals(skeletonOf("\u{1d52d}\u{1d4b6}\u03b3\u{1d561}\u{1d552}\u2113"), "paypal");
  assertEquals(skeletonOf("m"), skeletonOf("rn"));
  assertEquals(skeletonOf("1Il|"), "llll");
  assertEquals(skeletonOf("\u00e9"), skeletonOf("e\u0301"));
});

pure("looksLike ignores case, but tells different names apart", () => {
  for (const like of ["ana", "ANA", "\u0430\u043dA", "\u1d00\u0274\u1d00", "an\u00ada"]) {
    assertEquals(looksLike("Ana", like), like !== "\u0430\u043dA", like);
  }
  for (const other of ["anna", "ana2", "aha", "\u00e1na"]) assert(!looksLike("ana", other), other);
});

pure("mixesScripts allows the scripts that are written together", () => {
  for (
    const one of ["ana 1_2-3!", "日本語カナかなabc", "한국어abc", "Ольга🦊", "ᏣᎳᎩ", "", "é\u0323"]
  ) {
    assert(!mixesScripts(one), one);
  }
  for (const mixed of ["\u0430na", "abcא", "Ольгаα", "한かな", "a\u0585", "ana\u13aa"]) {
    assert(mixesScripts(mixed), mixed);
  }
});

pure("visibleForm composes what invisible characters kept apart", () => {
  assertEquals(visibleForm("e\u034f\u0301"), "\u00e9");
  assertEquals(visibleForm(" a \u2800\u1680 b\u3000"), "a b");
  assertEquals(visibleForm("\u200b\u3164"), "");
  assertEquals(visibleForm("a\ud800"), "a\ufffd");
});
