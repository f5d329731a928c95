/**
 * A tree of many files, where the cost of each file counts: 100,000 with `FT_SLOW=1`.
 */

import { assertEquals } from "@std/assert";
import { System } from "../../testing/programs/system.ts";

const FILES = Deno.env.get("FT_SLOW") === "1" ? 100_000 : 2_000;
const DEADLINE_MS = 600_000;
const folder = (i: number) => `d${i % 20}`;

Deno.test(`a tree of ${FILES} files is transferred in both directions`, async () => {
  await using system = await System.start();
  for (let i = 0; i < 20; i++) {
    await Deno.mkdir(system.at(`tree/${folder(i)}`), { recursive: true });
  }
  for (let i = 0; i < FILES; i++) {
    await Deno.writeTextFile(system.at(`tree/${folder(i)}/f${i}`), `content ${i}`);
  }
  for (const args of [["put", "-r", "tree"], ["get", "-r", "tree", "-d", "back"]]) {
    const moved = await system.client([...args, "--quiet"], { timeoutMs: DEADLINE_MS });
    assertEquals(moved.code, 0, moved.stderr);
  }
  for (const place of [system.served("tree"), system.at("back/tree")]) {
    for (let i = 0; i < FILES; i++) {
      assertEquals(await Deno.readTextFile(`${place}/${folder(i)}/f${i}`), `content ${i}`);
    }
    const found = await Array.fromAsync(Deno.readDir(place));
    assertEquals(found.length, 20);
    for (const { name } of found) {
      assertEquals((await Array.fromAsync(Deno.readDir(`${place}/${name}`))).length, FILES / 20);
    }
  }
});
