/**
 * `--delete`: what the source does not have is removed from the target, and nothing else.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { compareFolders, filesBelow } from "../../../../testing/files/same_files.ts";
import { assertDone, Copies } from "../copies.ts";

const MIRROR = { mirror: {}, existing: "overwrite" } as const;

/** Writes files with their names as contents. */
function write(at: string, ...names: string[]): void {
  for (const name of names) {
    const path = `${at}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, name);
  }
}

/** A tree that is equal on both sides, with the source first. */
async function equalTrees(copies: Copies, direction: "put" | "get"): Promise<[string, string]> {
  const sides = [copies.at("tree"), copies.served("tree")] as const;
  const [from, to] = direction === "put" ? sides : [sides[1], sides[0]];
  write(from, ...["a", "b", "c/d", "c/e", "f/g/h", "i", "j", "k"]);
  assertDone(await copies[direction](["tree"]), 8);
  return [from, to];
}

for (const direction of ["put", "get"] as const) {
  Deno.test(`${direction} with a mirror removes what the source does not have`, async () => {
    await using copies = await Copies.start();
    const [from, to] = await equalTrees(copies, direction);
    for (const name of ["a", "c/d", "f"]) await Deno.remove(`${from}/${name}`, { recursive: true });
    write(from, "new/n");
    const outcome = await copies[direction](["tree"], MIRROR);
    assertDone(outcome, 6);
    const removed = outcome.removed!.map(({ name }) => name).sort();
    assertEquals(removed, ["tree/a", "tree/c/d", "tree/f", "tree/f/g", "tree/f/g/h"]);
    await compareFolders(from, to);
    assertEquals((await copies[direction](["tree"], MIRROR)).removed, []);
  });
}

Deno.test("get with a mirror keeps what it removes in a dated folder, unless it is forever", async () => {
  await using copies = await Copies.start();
  const [from, to] = await equalTrees(copies, "get");
  for (const name of ["a", "f"]) await Deno.remove(`${from}/${name}`, { recursive: true });
  await Deno.chmod(`${to}/f`, 0o700);
  const { removed = [] } = await copies.get(["tree"], MIRROR);
  const [folder = ""] = [...Deno.readDirSync(copies.local)].map(({ name }) => name)
    .filter((name) => name !== "tree");
  assertMatch(folder, /^tree\.deleted-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/);
  assertEquals(await filesBelow(copies.at(folder)), ["a", "f/", "f/g/", "f/g/h"]);
  assertEquals(Deno.statSync(copies.at(`${folder}/f`)).mode! & 0o777, 0o700);
  assertEquals(removed.map(({ kept }) => kept!.startsWith(copies.at(folder))), Array(4).fill(true));
  await Deno.remove(`${from}/b`);
  assertEquals((await copies.get(["tree"], { ...MIRROR, mirror: { forever: true } })).removed, [
    { op: "get", name: "tree/b", path: `${to}/b` },
  ]);
  assertEquals([...Deno.readDirSync(copies.local)].length, 2);
});
