/**
 * The system of a cell: a server over a folder of its own, and a working folder for clients.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";
import { System, type SystemOptions } from "../testing/programs/system.ts";

/** A file in every served folder, which is read to check that the server works. */
export const PROBE = { name: "probe", content: "still here" } as const;

/** Starts a system. Disposing it stops the server and removes every file. */
export async function openSystem(options: SystemOptions = {}): Promise<System> {
  const system = await System.start({ logLevel: "debug", ...options });
  await Deno.writeTextFile(system.served(PROBE.name), PROBE.content);
  return system;
}

/** Files and folders that always exist in the server's and the client's own folders. */
const BASE =
  /^(root\/(probe|\.ftserver\/((lock|staging|batches)\/|lock\/pid|versions\/.*)?)|state\/(lock|served_folder|identity\.pem|audit\/(audit-\d+\.(jsonl|seal)|audit\.seal~?)?|(status|locks|repair)\.sock|[a-z]+\.sqlite(-wal|-shm)?)|home\/ft\/(identity|watch-[0-9a-f]+|digests\.sqlite(-wal|-shm)?)?)$/;

/**
 * Returns every file and folder in the four folders of a system (`root/`, `state/`, `work/`, `home/`),
 * except those that always exist.
 */
export async function entries(system: System): Promise<string[]> {
  const folders = { root: system.root, state: system.state, work: system.work, home: system.home };
  const names: string[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    names.push(...await filesBelow(folder, `${name}/`));
  }
  return names.filter((name) => !BASE.test(name)).sort();
}

/** Removes the files of earlier rounds from the served folder and the working folder. */
export async function tidy(system: System): Promise<void> {
  for (const folder of [system.root, system.work]) {
    for await (const { name } of Deno.readDir(folder)) {
      if (name === ".ftserver" || name === PROBE.name) continue;
      await Deno.remove(join(folder, name), { recursive: true });
    }
  }
}

/** Removes staged uploads whose token no client has; the server would remove them after a week. */
export async function removeUnclaimed(system: System): Promise<void> {
  for (const name of await entries(system)) {
    if (!/^root\/\.ftserver\/staging\/[^/]+$/.test(name)) continue;
    await Deno.remove(join(system.root, name.slice("root/".length)));
  }
}
