/**
 * The place of a cell: a server over a folder of its own, and a folder where clients run.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";
import { System, type SystemOptions } from "../testing/programs/system.ts";

/** What is read to see that a server serves; it is in every served folder. */
export const PROBE = { name: "probe", content: "still here" } as const;

/** Opens one. Disposing it stops the server and removes every file. */
export async function openSystem(options: SystemOptions = {}): Promise<System> {
  const system = await System.start({ logLevel: "debug", ...options });
  await Deno.writeTextFile(system.served(PROBE.name), PROBE.content);
  return system;
}

/** What is always there, in a server's state, in its folder, and in a client's memory. */
const BASE =
  /^(root\/(probe|\.ftserver\/((lock|staging|batches)\/|lock\/pid)?)|state\/(lock|status\.sock|[a-z]+\.sqlite(-wal|-shm)?)|home\/ft\/(identity)?)$/;

/** Every file and folder of all four folders (`root/`, `state/`, `work/`, `home/`), but for those that are always there. */
export async function entries(system: System): Promise<string[]> {
  const folders = { root: system.root, state: system.state, work: system.work, home: system.home };
  const names: string[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    names.push(...await filesBelow(folder, `${name}/`));
  }
  return names.filter((name) => !BASE.test(name)).sort();
}

/** Removes all that cells put into the served folder and the work folder. */
export async function tidy(system: System): Promise<void> {
  for (const folder of [system.root, system.work]) {
    for await (const { name } of Deno.readDir(folder)) {
      if (name === ".ftserver" || name === PROBE.name) continue;
      await Deno.remove(join(folder, name), { recursive: true });
    }
  }
}

/** Removes parts of uploads whose token nobody has, which the server would keep for seven days. */
export async function removeUnclaimed(system: System): Promise<void> {
  for (const name of await entries(system)) {
    if (!/^root\/\.ftserver\/staging\/[^/]+$/.test(name)) continue;
    await Deno.remove(join(system.root, name.slice("root/".length)));
  }
}
