/**
 * What a real server syncs, so that a power cut reverts nothing that it has confirmed.
 */

import { assertEquals } from "@std/assert";
import { sampleBytes } from "../../testing/content.ts";
import {
  NEEDS_PLANS,
  type PlannedSystem,
  plannedSystem,
} from "../../testing/planned/planned_system.ts";

/** Runs a client. @returns The paths that the server synced meanwhile, in order. */
async function syncedBy({ system, server }: PlannedSystem, args: string[]): Promise<string[]> {
  await server.arm([]);
  const { code, stderr } = await system.client(args);
  assertEquals(code, 0, stderr);
  const below = (path: string) => path === system.root ? "." : path.slice(system.root.length + 1);
  return (await server.ops()).filter(({ op }) => op === "sync").map(({ path }) => below(path));
}

const isStaged = (path: string) => path.startsWith(".ftserver/staging/");

Deno.test(
  "FsStore syncs content, then the folders of the name and of its new parents",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    await Deno.writeFile(place.system.at("f"), sampleBytes(100_000));
    const put = (...more: string[]) => syncedBy(place, ["put", "f", "--to", "d/in", ...more]);
    const synced = await put();
    const [first, ...folders] = synced.slice(synced.findLastIndex(isStaged));
    assertEquals(isStaged(first!), true);
    assertEquals(folders.sort(), [".", "d", "d/in"]);
    await Deno.writeFile(place.system.at("f"), sampleBytes(100_000, 2));
    const replaced = (await put("--overwrite")).filter((path) => !isStaged(path));
    assertEquals(replaced.sort(), [".ftserver/versions/0", "d/in"]);
  },
);

Deno.test(
  "FsStore.move syncs the folder of the old name and of the new one",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system } = place;
    await Deno.mkdir(system.served("from/d"), { recursive: true });
    await Deno.mkdir(system.served("to"));
    await Deno.writeFile(system.served("from/f"), sampleBytes(10));
    assertEquals((await syncedBy(place, ["mv", "from/f", "to/f"])).sort(), ["from", "to"]);
    assertEquals((await syncedBy(place, ["mv", "from/d", "from/e"])).sort(), ["from"]);
  },
);

Deno.test("FsBatches syncs its journal at once, each file when it settles, and no file twice", {
  ...NEEDS_PLANS,
}, async () => {
  await using place = await plannedSystem();
  const { system } = place;
  await Deno.mkdir(system.at("d"));
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  for (const name of names) await Deno.writeFile(system.at(`d/${name}`), sampleBytes(10));
  const put = await syncedBy(place, ["put", "-r", "d"]);
  assertEquals(put.map((path) => path.replace(/[^/]*$/, "")), [".ftserver/batches/"]);
  const files = names.map((name) => `d/${name}`).sort();
  const settled = await syncedBy(place, ["rm", "d/f0"]);
  assertEquals(settled.sort(), [".", "d", ...files].sort());
  assertEquals(await syncedBy(place, ["rm", "d/f1"]), []);
});
