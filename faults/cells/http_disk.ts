/**
 * Disks under downloads and uploads over HTTP: crashes and failures at each file operation of the
 * server, a full disk, and flipped bits, on the wire and on the disk.
 *
 * @module
 */

import { tinyDisk } from "../../testing/files/tiny_disk.ts";
import { flip } from "../../testing/planned/change.ts";
import type { Cell, Round } from "../cell.ts";
import { flipOnce } from "../flip.ts";
import { contentByte, HTTP_WORKS, WEB_SYSTEM } from "../http/works.ts";
import { BYTES } from "../native/works.ts";
import { DISK_STRIKES, strikeEach } from "../os/each_operation.ts";
import { openSystem, tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import { clientOf, doorOf, type Work } from "../work.ts";
import { nothingHidden, remount } from "./full_disks.ts";

const MiB = 1024 * 1024;
/** Content bytes that a full run flips. */
const FLIPS = 24;
/** Attempts to flip a bit without a visible change of the file's times. */
const ATTEMPTS = 5;
/** The code of `curl` for an answer that is an error, and for an answer that ends early. */
const [REFUSED, ENDED_EARLY] = [22, 18];

/** The disk has room for one or two of the four blocks, then for all. */
async function fullDisk(round: Round, work: Work): Promise<void> {
  await using disk = await tinyDisk(MiB + round.random.below(1.9 * MiB));
  if (disk === null) throw new Error("cannot mount file systems");
  await using system = await openSystem({ ...WEB_SYSTEM, root: disk.path });
  const job = await work.prepare(system, round.random);
  const client = () => system.client(job.args, clientOf(work, doorOf(work, system)));
  verdict.exited(await client(), [REFUSED], "curl");
  round.struck();
  await verdict.wholeUnderNames({
    ...job,
    targets: job.targets.map((t) => ({ ...t, new: t.old! })),
  });
  // The partial content must not keep the disk full.
  nothingHidden(disk.path);
  await verdict.serves(system);
  await remount(disk.path, `size=${16 * MiB}`);
  verdict.exited(await client(), [0], "the second curl");
  await verdict.completed(job);
  nothingHidden(disk.path);
}

/** Flips bits of content that is sent with its digest. */
async function flips(round: Round, work: Work): Promise<void> {
  for (let i = 0; i < (round.full ? FLIPS : 1); i++) {
    const find = contentByte(round.random.below(BYTES));
    await flipOnce(round, work, { way: "up", find });
  }
}

/**
 * Flips a bit of a served file whose digests are known. A disk does that without changing times, so
 * the attempt counts only if size, modification time and second of the last change are unchanged.
 */
async function bitRot(round: Round, work: Work): Promise<void> {
  const system = await round.system();
  const client = (args: readonly string[]) =>
    system.client(args, clientOf(work, doorOf(work, system)));
  for (let attempt = 0;; attempt++) {
    await tidy(system);
    const job = await work.prepare(system, round.random);
    verdict.exited(await client(["-o", "first"]), [0], "curl");
    const path = system.served("f.bin");
    const before = await Deno.stat(path);
    flip(path, round.random.below(BYTES));
    await Deno.utime(path, before.mtime!, before.mtime!);
    const after = await Deno.stat(path);
    if (before.ctime?.getTime() === after.ctime?.getTime()) {
      round.struck();
      const got = await client(job.args);
      verdict.exited(got, [REFUSED, ENDED_EARLY], "curl");
      await job.settle?.(got);
      return await verdict.serves(system);
    }
    if (attempt === ATTEMPTS) throw new Error("no attempt left the file's times unchanged");
  }
}

/** Returns the cells of this family. */
export function httpDisk(): Cell[] {
  const cell = (
    work: Work,
    fault: string,
    phase: string,
    run: Cell["run"],
    quick = false,
  ): Cell => ({
    ...{ dialect: "http", work: work.name, fault, phase, run, system: WEB_SYSTEM },
    ...{ rounds: 1, quick: quick ? 1 : 0, needs: ["linux", "curl"], timeoutMs: 600_000 },
  });
  const puts = HTTP_WORKS.filter(({ way }) => way === "put");
  const [get] = HTTP_WORKS;
  return [
    ...puts.flatMap((work) =>
      DISK_STRIKES.map((strike) =>
        cell(
          ...[work, `${strike.name}-server`, `${strike.when}-each-operation`] as const,
          (round) => strikeEach(round, work, "server", strike),
          work.name === "put" && strike.name === "crash" && strike.when === "before",
        )
      )
    ),
    ...puts.map((work): Cell => ({
      ...cell(work, "full-disk", "middle", (round) => fullDisk(round, work), work.name === "put"),
      ...{ rounds: 6, needs: ["tmpfs", "curl"] },
    })),
    ...puts.map((work) =>
      cell(work, "flip-up", "content", (round) => flips(round, work), work.name === "put-chunked")
    ),
    {
      ...cell(get!, "bit-flip-on-disk", "in-served-file", (r) => bitRot(r, get!), true),
      rounds: 6,
    },
  ];
}
