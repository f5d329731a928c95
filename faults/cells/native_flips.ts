/**
 * A flipped bit in every field of every frame of a small transfer: the length, the type, and each
 * byte of the payload.
 *
 * @module
 */

import { FaultProxy } from "../../tests/support/fault_proxy.ts";
import { join } from "../../tools/paths.ts";
import type { Finished } from "../../tools/programs.ts";
import type { RunningClient } from "../../tools/running_client.ts";
import type { Cell, Round } from "../cell.ts";
import { findFrame, HEADER_BYTES, type PassingFrame } from "../frames.ts";
import { FEW_WORKS } from "../native/small_works.ts";
import { entries, removeUnclaimed, type Room, tidy } from "../room.ts";
import * as verdict from "../verdict.ts";
import type { Job, Work } from "../work.ts";

/** A frame of a fault-free transfer: its direction, its number there, and its type. */
interface Spot {
  readonly way: "up" | "down";
  readonly nth: number;
  readonly type: string;
}

type Field = "length" | "type" | "payload";

/** Where in a frame each field begins and ends. */
const FIELDS: Readonly<Record<Field, (frame: PassingFrame) => readonly [number, number]>> = {
  length: () => [0, 8],
  type: () => [8, HEADER_BYTES],
  payload: ({ length }) => [HEADER_BYTES, HEADER_BYTES + length],
};

/** Works of which every byte is tried that is not content. */
const WHOLE = ["get-small", "put-small"];
/** Bytes of a payload that are tried otherwise. */
const SAMPLES = 12;
/** An error that ought not to be, which a flipped error code may become. */
const UNEXPECTED = 1;
/** What a client may say of an answer that is not what it was, or when it is stopped. */
const CODES = [0, 2, 3, 4, 5, 6, 7, 8, 11, 23, 130];
/**
 * Milliseconds after which a client is stopped. A frame whose number or type is another belongs to
 * nobody, and plaintext has no sum over it: what waits for it waits.
 */
const PATIENCE_MS = 1500;

/** One flip: at a byte of a field, and what was found there. */
async function flip(round: Round, work: Work, spot: Spot, field: Field, byte: number) {
  const room = await round.room();
  await tidy(room);
  const job = await work.prepare(room, round.random);
  let bytes = 0;
  let nth = 0;
  const find = findFrame((frame) => {
    if (nth++ !== spot.nth) return null;
    if (frame.type !== spot.type) throw new verdict.Wrong(`${frame.type} is no ${spot.type}`);
    const [from, to] = FIELDS[field](frame);
    bytes = to - from;
    return byte < bytes ? from + byte : null;
  });
  const faults = { [spot.way]: { flip: { find, bit: round.random.below(8) } } };
  await using proxy = new FaultProxy(room.url, (connection) => connection === 0 ? faults : {});
  let struck = false;
  proxy.happened.then(() => struck = true);
  const env = { FTCLIENT_HOST: proxy.url, FTCLIENT_TIMEOUT: "0.6" };
  const ended = await patiently(room.spawn(job.args, { env }));
  proxy.cut();
  if (struck) {
    round.struck();
    await judge(room, job, ended, spot);
  }
  return bytes;
}

async function patiently(client: RunningClient): Promise<Finished> {
  const timer = setTimeout(() => client.signal("SIGINT"), PATIENCE_MS);
  try {
    return await client.finished;
  } finally {
    clearTimeout(timer);
  }
}

async function judge(
  room: Room,
  job: Job,
  ended: Finished,
  spot: Spot,
): Promise<void> {
  verdict.exited(ended, spot.type === "FAIL" ? [UNEXPECTED, ...CODES] : CODES);
  await verdict.wholeUnderNames(job);
  if (ended.code === 0) await verdict.completed(job);
  await verdict.serves(room);
  verdict.exited(await room.client(job.args), [0], "the second ftclient");
  await verdict.completed(job);
  await removeMisnamed(room, job, spot);
  await verdict.nothingElse(room, job);
}

/**
 * Removes what a flipped name or token of an upload leads to, which nothing but TLS guards: the
 * part of an upload that nobody will resume, and whole files under the names of a batch as they
 * arrived. A file of any other content stays, and is wrong.
 */
async function removeMisnamed(room: Room, { targets, entries: expected }: Job, { type }: Spot) {
  if (type === "REQU") return await removeUnclaimed(room);
  if (type !== "PACK") return;
  for (const name of (await entries(room)).toReversed()) {
    if (expected.includes(name) || !/^root\/(?!\.ftserver\/)/.test(name)) continue;
    const path = join(room.root, name.slice("root/".length));
    if (name.endsWith("/") || await verdict.isOneOf(path, targets)) await Deno.remove(path);
  }
}

async function sweep(round: Round, work: Work, spot: Spot, field: Field): Promise<void> {
  let step = 1;
  for (let byte = 0, bytes = 1; byte < bytes; byte += step) {
    bytes = await flip(round, work, spot, field, byte);
    if (!round.full) return;
    if (field !== "payload") continue;
    if (spot.type === "DATA" || !WHOLE.includes(work.name)) step = Math.ceil(bytes / SAMPLES);
  }
}

/** The cells of this family. */
export function nativeFlips(): Cell[] {
  return FEW_WORKS.flatMap(({ work, up, down }) => {
    const spots = ([["up", up], ["down", down]] as const).flatMap(([way, types]) =>
      types.map((type, nth): Spot => ({ way, nth, type }))
    );
    return spots.flatMap((spot) =>
      (Object.keys(FIELDS) as Field[]).map((field): Cell => ({
        ...{ dialect: "native", work: work.name, fault: `flip-${spot.way}` },
        phase: `${spot.nth + 1}-${spot.type}.${field}`,
        ...{ rounds: 1, quick: field === "payload" ? 1 : 0, deadlineMs: 600_000 },
        run: (round) => sweep(round, work, spot, field),
      }))
    );
  });
}
