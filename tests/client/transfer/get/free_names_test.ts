/**
 * Names that are free: the system is not asked about each of them, which would take long.
 */

import { assertEquals } from "@std/assert";
import { compareFolders } from "../../../../testing/files/same_files.ts";
import { assertDone, Copies } from "../copies.ts";

const FILES = 30;

/** Counts how often the runtime looks for names that do not exist while a task runs. */
async function missed(task: () => Promise<unknown>): Promise<number> {
  const look = Deno.lstatSync;
  let count = 0;
  Deno.lstatSync = (path) => {
    try {
      return look(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound && /\bf\d+$/.test(String(path))) count++;
      throw error;
    }
  };
  try {
    await task();
  } finally {
    Deno.lstatSync = look;
  }
  return count;
}

for (const checksum of [false, true]) {
  const how = checksum ? " with --checksum" : "";
  Deno.test(`get -r${how} does not look for each free name`, async () => {
    await using copies = await Copies.start();
    Deno.mkdirSync(copies.served("tree/a"), { recursive: true });
    for (let i = 0; i < FILES; i++) Deno.writeTextFileSync(copies.served(`tree/a/f${i}`), `${i}`);
    // The target is new, then a part of it is, and then a folder.
    const get = async () => assertDone(await copies.get(["tree"], { checksum }), FILES);
    assertEquals(await missed(get), 0);
    for (let i = 1; i < FILES; i++) Deno.removeSync(copies.at(`tree/a/f${i}`));
    assertEquals(await missed(get), 0);
    Deno.removeSync(copies.at("tree/a"), { recursive: true });
    assertEquals(await missed(get), 0);
    await get();
    await compareFolders(copies.served("tree"), copies.at("tree"));
  });
}
