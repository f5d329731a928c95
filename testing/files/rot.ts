/**
 * Damage as a failing disk does it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";

/** Flips a bit, and leaves the recorded digests as they were: a failing disk changes no times. */
export async function rot(
  root: string,
  state: string,
  name: string,
  at: number,
): Promise<void> {
  {
    using file = await Deno.open(`${root}/${name}`, { read: true, write: true });
    const byte = new Uint8Array(1);
    await file.seek(at, Deno.SeekMode.Start);
    await file.read(byte);
    byte[0]! ^= 1;
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(byte);
  }
  await using store = await FsStore.open(root, { readOnly: true });
  const { revision } = (await store.stat(storePath(name)))!;
  const database = new DatabaseSync(`${state}/digests.sqlite`);
  database.prepare("UPDATE digests SET revision = ? WHERE path = ?").run(revision, name);
  database.close();
}
