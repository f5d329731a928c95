/**
 * Patterns in names on the server, with the real programs.
 */

import { assertEquals } from "@std/assert";
import { System } from "../../testing/programs/system.ts";

Deno.test("get, ls and rm take patterns, and a pattern without a match exits with 3", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.served("tmp/deep"), { recursive: true });
  const names = ["a.jpg", "b.jpg", "c.txt", "tmp/x", "tmp/deep/y"];
  for (const name of names) await Deno.writeTextFile(system.served(name), name);
  const got = await system.client(["get", "*.jpg"]);
  const here = [...Deno.readDirSync(system.at("."))].map(({ name }) => name).sort();
  assertEquals([got.code, here], [0, ["a.jpg", "b.jpg"]], got.stderr);
  assertEquals((await system.client(["ls", "*.txt"])).stdout, "c.txt\n");
  const listed = await system.client(["rm", "tmp/**", "-n"]);
  assertEquals(listed.stdout, "would remove tmp/deep/y\nwould remove tmp/x\n");
  assertEquals((await system.client(["rm", "tmp/**"])).code, 0);
  assertEquals((await system.client(["ls", "-R", "tmp"])).stdout, "deep/\n");
  const none = await system.client(["get", "*.png"]);
  assertEquals([none.code, none.stderr], [3, "ftclient: not found: nothing matches *.png\n"]);
});
