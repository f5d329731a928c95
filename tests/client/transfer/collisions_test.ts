import { assertEquals, assertMatch } from "@std/assert";
import {
  collisions,
  foldName,
  foldsNames,
  mayFold,
} from "../../../lib/client/transfer/collisions.ts";
import { pure } from "../../../testing/pure.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const items = (...targets: string[]) => targets.map((target, i) => ({ name: `${i}`, target }));

pure("collisions finds targets that are the same, and tells each of the other", () => {
  const [a, b, c] = items("x", "y", "x");
  const found = collisions([a!, b!, c!], false);
  assertEquals([...found.keys()].map(({ name }) => name).sort(), ["0", "2"]);
  assertEquals([found.get(a!)?.code, found.get(a!)?.subject], ["conflict", "0"]);
  assertMatch(found.get(c!)!.message, /2 and 0 would both be x/);
});

pure(
  "collisions folds case and composition where the place does (path-nfc-casefold-collision)",
  () => {
    for (const [one, other] of [["A/x", "a/X"], ["\u00e4", "a\u0308"], ["\u00c4", "a\u0308"]]) {
      const pair = items(one!, other!);
      assertEquals([collisions(pair, true).size, collisions(pair, false).size], [2, 0]);
      assertEquals(mayFold(pair), true);
    }
    assertEquals([collisions(items("a", "b"), true).size, mayFold(items("a", "b"))], [0, false]);
    assertEquals(foldName("\u0130"), foldName(foldName("\u0130")));
  },
);

Deno.test("foldsNames tries it and leaves nothing behind", async () => {
  await using dir = await tempDir();
  const upper = await Deno.writeTextFile(dir.join("probe"), "")
    .then(() => Deno.stat(dir.join("PROBE"))).then(() => true, () => false);
  assertEquals(foldsNames(dir.path), upper);
  assertEquals((await Array.fromAsync(Deno.readDir(dir.path))).map(({ name }) => name), ["probe"]);
  assertEquals(foldsNames(dir.join("nope")), false);
});
