/**
 * Real full disks and real read-only folders, on either side.
 *
 * @module
 */

import { type TinyDisk, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { BYTES } from "../native/works.ts";
import type { System } from "../../testing/programs/system.ts";
import { openSystem } from "../system.ts";
import * as verdict from "../verdict.ts";

const MiB = 1024 * 1024;
const NAME = "f.bin";

/** A transfer whose target is on a separate disk. */
interface Scene {
  readonly system: System;
  readonly disk: TinyDisk;
  readonly args: readonly string[];
  readonly target: { readonly path: string; old: Uint8Array | null; new: Uint8Array };
}

/** Starts a system with the target of a put or a get on a disk of this size. */
async function withDisk(
  round: Round,
  way: "put" | "get",
  bytes: number,
  hasOld: boolean,
  use: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using disk = await tinyDisk(bytes);
  if (disk === null) throw new Error("cannot mount file systems");
  await using system = await openSystem(way === "put" ? { root: disk.path } : {});
  const content = round.random.bytes(BYTES);
  const target = join(disk.path, NAME);
  await Deno.writeFile(way === "put" ? system.at(NAME) : system.served(NAME), content);
  const old = hasOld ? round.random.bytes(1000) : null;
  if (old !== null) await Deno.writeFile(target, old);
  const args = way === "put"
    ? ["put", NAME, "--overwrite"]
    : ["get", NAME, "-d", disk.path, "--overwrite"];
  await use({ system, disk, args, target: { path: target, old, new: content } });
}

async function mustFail({ system, args, target }: Scene, code: number): Promise<void> {
  verdict.exited(await system.client(args), [code]);
  const job = { args, entries: [], targets: [{ ...target, new: target.old ?? target.new }] };
  await verdict.wholeUnderNames(job);
  await verdict.serves(system);
}

async function mustComplete({ system, args, target, disk }: Scene): Promise<void> {
  verdict.exited(await system.client(args), [0], "the second ftclient");
  await verdict.completed({ args, entries: [], targets: [target] });
  nothingHidden(disk.path);
}

/** @throws {verdict.Wrong} When a partial file, journal or staged file is left. */
export function nothingHidden(folder: string): void {
  const staging = join(folder, ".ftserver/staging");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  const staged = names.includes(".ftserver") ? [...Deno.readDirSync(staging)] : [];
  const odd = [...names.filter((name) => /^\.[^/]*ft-/.test(name)), ...staged.map((e) => e.name)];
  if (odd.length > 0) throw new verdict.Wrong(`left behind: ${odd.join(", ")}`);
}

/** Mounts a file system again with other options. */
export async function remount(path: string, options: string): Promise<void> {
  const args = ["-o", `remount,${options}`, path];
  const { success } = await new Deno.Command("mount", { args }).output();
  if (!success) throw new Error(`Cannot remount ${path} ${options}`);
}

/** The disk has room for one or two of the four blocks, then for all. */
function full(round: Round, way: "put" | "get", hasOld: boolean): Promise<void> {
  const bytes = MiB + round.random.below(1.9 * MiB);
  return withDisk(round, way, bytes, hasOld, async (scene) => {
    await mustFail(scene, 9);
    round.struck();
    // The partial content must not keep the disk full.
    nothingHidden(scene.disk.path);
    await remount(scene.disk.path, `size=${16 * MiB}`);
    await mustComplete(scene);
  });
}

/** The disk is read-only, then writable. */
function readOnly(round: Round, way: "put" | "get", hasOld: boolean): Promise<void> {
  return withDisk(round, way, 16 * MiB, hasOld, async (scene) => {
    await turn(scene, way, "ro");
    await mustFail(scene, 4);
    round.struck();
    await turn(scene, way, "rw");
    await mustComplete(scene);
  });
}

/** Stops the server meanwhile, because its open files prevent the remount. */
async function turn({ system, disk }: Scene, way: "put" | "get", to: "ro" | "rw"): Promise<void> {
  if (way === "put") await system.stop();
  await remount(disk.path, to);
  if (way === "put") await system.resume();
}

/** Returns the cells of this family. */
export function fullDisks(): Cell[] {
  const faults = { "full-disk": full, "read-only-folder": readOnly };
  return (["put", "get"] as const).flatMap((way) =>
    [false, true].flatMap((hasOld) =>
      Object.entries(faults).map(([fault, run]): Cell => ({
        ...{ dialect: "native", work: hasOld ? `overwrite-${way}` : way, fault },
        phase: fault === "full-disk" ? "middle" : "after-request",
        ...{ rounds: 12, quick: hasOld ? 1 : 0, needs: ["tmpfs"] },
        run: (round) => run(round, way, hasOld),
      }))
    )
  );
}
