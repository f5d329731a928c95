/**
 * The same command twice at the same time, as two programs.
 */

import { assertEquals } from "@std/assert";
import { compareFolders } from "../../testing/files/same_files.ts";
import { sampleBytes } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

Deno.test("two get -r and two put -r of one tree at once both exit with 0", async () => {
  await using system = await System.start();
  for (let i = 0; i < 200; i++) {
    await Deno.mkdir(system.at(`tree/d${i % 5}`), { recursive: true });
    const bytes = i % 50 === 0 ? 3_000_000 : i * 20;
    await Deno.writeFile(system.at(`tree/d${i % 5}/f${i}`), sampleBytes(bytes, i + 1));
  }
  for (const args of [["put", "-r", "tree"], ["get", "-r", "tree", "-d", "back"]]) {
    const runs = [1, 2].map(() => system.client(args));
    for (const { code, stderr } of await Promise.all(runs)) assertEquals(code, 0, stderr);
  }
  await compareFolders(system.at("tree"), system.served("tree"));
  await compareFolders(system.at("tree"), system.at("back/tree"));
});
