/**
 * Uploads of one large file, and again after a small part of it has changed in place.
 *
 * @module
 */

import { randomInt } from "node:crypto";
import { compareFiles } from "../../testing/files/same_files.ts";
import { join } from "node:path";
import {
  type Bench,
  emptyFolder,
  movedBytes,
  type Outcome,
  removeAll,
  type Row,
} from "../bench.ts";
import { runClient } from "../bench.ts";
import { changeInPlace } from "../inputs.ts";
import { compare, versus } from "../compare.ts";
import type { Contender } from "../paired.ts";
import { BIG, bigFile } from "./get.ts";

const MIB = 1024 * 1024;

/** Returns a contender that uploads the large file into its own folder. */
export async function putter(
  bench: Bench,
  name: string,
  put: (folder: string) => Promise<unknown>,
): Promise<Contender> {
  const folder = `in_${name}`;
  await emptyFolder(join(bench.root, folder));
  const target = join(bench.root, folder, BIG);
  return {
    name,
    run: () => put(folder),
    verify: () => compareFiles(BIG, join(bench.root, BIG), target),
    clean: () => removeAll(target),
  };
}

/**
 * Uploads the large file with our client.
 *
 * @param url The server. @default that of the benchmark
 */
export async function ourPut(bench: Bench, folder: string, url = bench.server.url): Promise<void> {
  const args = ["put", await bigFile(bench), "--to", folder, "--json", "--host", url];
  const moved = movedBytes(await runClient(bench, ...args));
  if (moved < bench.bytes) throw new Error(`ftclient moved ${moved} of ${bench.bytes}`);
}

/** The complete file is transferred. */
export const putWhole: Row = {
  name: "put",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    const { sshd, rsync, rclone, http } = bench.rivals;
    const to = (put: (folder: string) => Promise<unknown>, name: string) =>
      putter(bench, name, put);
    const rivals = [
      await versus("scp", sshd, (sshd) => {
        return to((folder) => sshd.put(source, join(bench.root, folder, BIG)), "scp");
      }, { bar: 0.5, aim: 0.4 }),
      await versus("rsync", rsync, (rsync) => {
        return to((folder) => rsync.put(source, `${folder}/`), "rsync");
      }),
      await versus("rclone", rclone, (rclone) => {
        return to((folder) => rclone.put(source, folder), "rclone");
      }),
    ];
    for (const { name, server } of http) {
      rivals.push(
        await versus(name, server, (server) => {
          return to((folder) => server.put(source, folder), name);
        }),
      );
    }
    const ours = await to((folder) => ourPut(bench, folder), "ftclient");
    return compare(bench, "put", ours, rivals);
  },
};

/** Returns a contender with its own source, of which 1 MiB changes before every run. */
async function changer(
  bench: Bench,
  name: string,
  put: (source: string, folder: string) => Promise<unknown>,
): Promise<Contender> {
  const folder = `changed_${name}`;
  await emptyFolder(join(bench.root, folder));
  const source = join(await emptyFolder(join(bench.dir, `changed_${name}`)), BIG);
  const target = join(bench.root, folder, BIG);
  await Deno.copyFile(await bigFile(bench), source);
  await Deno.copyFile(source, target);
  return {
    name,
    prepare: () => changeInPlace(source, randomInt(Math.max(1, bench.bytes - MIB)), MIB),
    run: () => put(source, folder),
    verify: () => compareFiles(BIG, source, target),
  };
}

/** Only the changed part should be transferred. */
export const putDelta: Row = {
  name: "put-delta",
  async measure(bench: Bench): Promise<Outcome[]> {
    let most = 0;
    const ours = await changer(bench, "ftclient", async (source, folder) => {
      const args = ["put", source, "--to", folder, "--overwrite", "--json"];
      most = Math.max(most, movedBytes(await runClient(bench, ...args)));
    });
    const outcomes = await compare(bench, "put, 1 MiB changed", ours, [
      await versus("rsync", bench.rivals.rsync, (rsync) => {
        return changer(bench, "rsync", (source, folder) =>
          // The quick check of rsync compares whole seconds, and would miss a change within one.
          rsync.put(source, `${folder}/${BIG}`, "--no-whole-file", "--ignore-times"));
      }, { bar: 1, aim: 0.5 }),
    ]);
    for (const name of ["ftclient", "rsync"]) {
      await removeAll(join(bench.root, `changed_${name}`));
      await removeAll(join(bench.dir, `changed_${name}`));
    }
    const moved = most / MIB;
    return [
      ...outcomes,
      {
        work: "put, 1 MiB changed: content moved, most",
        ...{ ours: `${moved.toFixed(2)} MiB`, rival: "-", value: moved, bar: 2, unit: "MiB" },
      },
    ];
  },
};
