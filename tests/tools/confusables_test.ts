import { assertEquals, assertThrows } from "@std/assert";
import { encodeConfusables, parseConfusables } from "../../tools/confusables.ts";

const FILE = `# confusables.txt
# Version: 17.0.0
200B ;\t0020 ;\tMA\t# invisible
FF41 ;\t0061 ;\tMA\t# NFKD replaces it
0430 ;\t0061 ;\tMA\t# а
006D ;\t0072 006E ;\tMA\t# m
0441 ;\t00E7 ;\tMA\t# decomposed
`;

Deno.test("deno task confusables encodes what a normalized name can have, ordered", () => {
  const { version, prototypes } = parseConfusables(FILE);
  assertEquals(version, "17.0.0");
  assertEquals(encodeConfusables(prototypes), ["31:36.32 qr:2p h:2r.mf"]);
  const many = new Map(Array.from({ length: 100 }, (_, i) => [i, [97]]));
  const lines = encodeConfusables(many);
  assertEquals(lines.join(" ").split(" ").length, 100);
  assertEquals(lines.every((line) => line.length <= 98 && line !== ""), true);
});

Deno.test("deno task confusables refuses another file", () => {
  assertThrows(() => parseConfusables("# Version: 17.0.0\n"), Error, "not confusables.txt");
});
