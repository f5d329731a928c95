/**
 * The place of a cell: a server over a folder of its own, and a folder where clients run.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";
import { System, type SystemOptions } from "../testing/programs/system.ts";

/** How a room is set up. */
export type RoomOptions = SystemOptions;

/** A room: a {@linkcode System} that keeps what its server logs. */
export type Room = System;

/** What is read to see that a server serves; it is in every served folder. */
export const PROBE = { name: "probe", content: "still here" } as const;

/** Opens one. Disposing it stops the server and removes every file. */
export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const room = await System.start({ logLevel: "debug", ...options });
  await Deno.writeTextFile(room.served(PROBE.name), PROBE.content);
  return room;
}

/** What is always there, in a server's state, in its folder, and in a client's memory. */
const BASE =
  /^(root\/(probe|\.ftserver\/((lock|staging|batches)\/|lock\/pid)?)|state\/(lock|status\.sock|[a-z]+\.sqlite(-wal|-shm)?)|home\/ft\/(identity)?)$/;

/** Every file and folder of all four folders (`root/`, `state/`, `work/`, `home/`), but for those that are always there. */
export async function entries(room: Room): Promise<string[]> {
  const folders = { root: room.root, state: room.state, work: room.work, home: room.home };
  const names: string[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    names.push(...await filesBelow(folder, `${name}/`));
  }
  return names.filter((name) => !BASE.test(name)).sort();
}

/** Removes all that cells put into the served folder and the work folder. */
export async function tidy(room: Room): Promise<void> {
  for (const folder of [room.root, room.work]) {
    for await (const { name } of Deno.readDir(folder)) {
      if (name === ".ftserver" || name === PROBE.name) continue;
      await Deno.remove(join(folder, name), { recursive: true });
    }
  }
}

/** Removes parts of uploads whose token nobody has, which the server would keep for seven days. */
export async function removeUnclaimed(room: Room): Promise<void> {
  for (const name of await entries(room)) {
    if (!/^root\/\.ftserver\/staging\/[^/]+$/.test(name)) continue;
    await Deno.remove(join(room.root, name.slice("root/".length)));
  }
}
