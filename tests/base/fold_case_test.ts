import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { foldCase, foldPath, isWithinAnyCase } from "../../lib/base/fold_case.ts";
import { pure } from "../../testing/pure.ts";

/** Every character. */
function* characters(): Generator<string> {
  for (let code = 0; code < 0x110000; code++) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

pure("foldCase unites every character with its upper case, lower case and composition", () => {
  for (const c of characters()) {
    const folded = foldCase(c);
    const others = [c.toUpperCase(), c.toLowerCase(), c.normalize("NFD"), c.normalize("NFC")];
    for (const other of others) {
      if (other !== c && foldCase(other) !== folded) throw new Error(`${c} and ${other} differ`);
    }
    if (foldCase(folded) !== folded) throw new Error(`${c} is folded in two steps`);
  }
});

pure(
  "foldCase unites what the case folding of Unicode unites, and drops invisible characters",
  () => {
    const same = [
      ["Straße", "STRASSE", "STRAẞE", "stra\u017f\u017fe"],
      ["secret", "SECRET", "\u017fecret", "se\u00adcret", "sec\u200bret", "se\u200dcret\ufe0f"],
      ["ΟΔΟΣ", "οδος", "οδοσ"],
      ["ISTANBUL", "istanbul", "İstanbul", "ıstanbul", "i\u0307stanbul"],
      ["kelvin", "\u212aelvin", "KELVIN"],
      ["\u00e5ngstr\u00f6m", "\u212bNGSTR\u00d6M", "A\u030angstro\u0308m"],
      ["ﬁle", "file", "FILE"],
      ["ŉa", "\u02bcNA"],
      ["ᾳ", "ΑΙ", "\u1fbc"],
      ["Ꭰ", "\uab70"],
    ];
    for (const spellings of same) {
      assertEquals(new Set(spellings.map(foldCase)).size, 1, spellings.join());
    }
    for (const [one, other] of [["e", "é"], ["ο", "o"], ["b", "ß"], ["１", "1"]] as const) {
      assertNotEquals(foldCase(one), foldCase(other));
    }
  },
);

pure("foldPath keeps the number of names, and none becomes a dot or empty", () => {
  assertEquals(foldPath("A/STRASSE/ß"), "a/strasse/ss");
  for (const name of ["\u200b", "\u200b.", "\u00ad..", ".\ufe0f"]) {
    assertEquals(foldPath(`a/${name}/b`), `a/${name}/b`);
  }
});

pure("isWithinAnyCase is isWithin for every spelling", () => {
  assert(isWithinAnyCase("Straße", "STRASSE/x"));
  assert(isWithinAnyCase(".", "x"));
  assert(!isWithinAnyCase("Straße", "STRASSEN/x"));
  assert(!isWithinAnyCase("\u200b", "x"));
});
