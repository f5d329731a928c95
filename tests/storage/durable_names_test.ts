/**
 * Names survive a power cut: the folders of new, moved and created names are synced.
 */

import { assert, assertEquals } from "@std/assert";
import { content } from "../../testing/content.ts";
import { CANNOT_PLAN, plannedSystem } from "../../testing/planned/planned_system.ts";
import type { Op } from "../../testing/planned/plan.ts";

const ignore = CANNOT_PLAN;
const LARGE = 3 * 1024 * 1024;

/** Returns the paths that were synced after the last operation of a kind. */
function syncedAfter(ops: readonly Op[], last: Op["op"]): Set<string> {
  const from = ops.findLastIndex(({ op }) => op === last);
  assert(from !== -1, `no ${last}`);
  return new Set(ops.slice(from).filter(({ op }) => op === "sync").map(({ path }) => path));
}

function assertSynced(ops: readonly Op[], last: Op["op"], folders: readonly string[]): void {
  const synced = syncedAfter(ops, last);
  for (const folder of folders) assert(synced.has(folder), `${folder} not in ${[...synced]}`);
}

Deno.test(
  "FsNaming syncs the folder of a new file and the parents of created folders",
  { ignore },
  async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    await Deno.writeFile(system.at("f"), content(LARGE, 1));
    await server.arm([]);
    assertEquals((await system.client(["put", "f", "--to", "a/b"])).code, 0);
    const folders = ["", "/a", "/a/b"].map((path) => `${system.root}${path}`);
    assertSynced(await server.ops(), "link", folders);
  },
);

Deno.test("FsNaming syncs the folder of a replaced file", { ignore }, async () => {
  await using place = await plannedSystem();
  const { system, server } = place;
  await Deno.mkdir(system.served("a"));
  await Deno.writeFile(system.served("a/f"), content(LARGE, 1));
  await Deno.writeFile(system.at("f"), content(LARGE, 2));
  await server.arm([]);
  assertEquals((await system.client(["put", "f", "--to", "a", "--overwrite"])).code, 0);
  assertSynced(await server.ops(), "rename", [system.served("a")]);
});

Deno.test("FsNaming.move syncs both folders", { ignore }, async () => {
  await using place = await plannedSystem();
  const { system, server } = place;
  for (const name of ["a", "b"]) await Deno.mkdir(system.served(name));
  await Deno.writeFile(system.served("a/f"), content(10));
  await server.arm([]);
  assertEquals((await system.client(["mv", "a/f", "b/f"])).code, 0);
  assertSynced(await server.ops(), "link", [system.served("a"), system.served("b")]);
});

Deno.test("FsBatches syncs a batch's files and folders once, when it settles", {
  ignore,
}, async () => {
  await using place = await plannedSystem();
  const { system, server } = place;
  await Deno.mkdir(system.at("d"));
  for (let i = 0; i < 20; i++) await Deno.writeFile(system.at(`d/f${i}`), content(100 + i));
  assertEquals((await system.client(["put", "-r", "d"])).code, 0);
  /** Replaces a file of the batch, which settles it first. */
  const replace = async (seed: number) => {
    await server.arm([]);
    await Deno.writeFile(system.at("d/f1"), content(LARGE, seed));
    assertEquals((await system.client(["put", "d/f1", "--to", "d", "--overwrite"])).code, 0);
    return (await server.ops()).filter(({ op }) => op === "sync").map(({ path }) => path);
  };
  const first = await replace(1);
  for (const path of ["", "d", "d/f0", "d/f19"]) {
    const at = path === "" ? system.root : system.served(path);
    assert(first.includes(at), `${at} not in ${first}`);
  }
  assert(!(await replace(2)).includes(system.served("d/f0")));
});
