/**
 * Flipped bits in every field of every frame of a small transfer: the length, the type, and each byte
 * of the payload.
 *
 * @module
 */

import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { flipOnce } from "../flip.ts";
import { findFrame, HEADER_BYTES, type PassingFrame } from "../frames.ts";
import { FEW_WORKS } from "../native/small_works.ts";
import type { System } from "../../testing/programs/system.ts";
import { entries, removeUnclaimed } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Job, Work } from "../work.ts";

/** A frame of a transfer without faults. */
interface Spot {
  readonly way: "up" | "down";
  /** Its number in its direction, from 0. */
  readonly nth: number;
  readonly type: string;
  /** Its number among those of its type: a client may need a request less, if an answer comes early. */
  readonly nthOfType: number;
}

type Field = "length" | "type" | "payload";

/** The start and end of each field in a frame. */
const FIELDS: Readonly<Record<Field, (frame: PassingFrame) => readonly [number, number]>> = {
  length: () => [0, 8],
  type: () => [8, HEADER_BYTES],
  payload: ({ length }) => [HEADER_BYTES, HEADER_BYTES + length],
};

/** The works in which every byte except content is tried. */
const WHOLE = ["get-small", "put-small"];
/** The number of payload bytes that are tried in other works. */
const SAMPLES = 12;

/** The timeout of a cell in milliseconds: hundreds of flips, each of which takes two clients. */
const TIMEOUT_MS = 3_600_000;

/** Attempts to strike a byte: on a busy machine a client may give a connection up before it passes. */
const TRIES = 3;

/** Flips a bit of a byte in a field. @returns The number of bytes of the field, if the byte passed. */
async function flip(
  round: Round,
  work: Work,
  spot: Spot,
  field: Field,
  byte: number,
): Promise<number | undefined> {
  let bytes = 0;
  let nth = 0;
  const find = findFrame((frame) => {
    if (frame.type !== spot.type || nth++ !== spot.nthOfType) return null;
    const [from, to] = FIELDS[field](frame);
    bytes = to - from;
    return byte < bytes ? from + byte : null;
  }, 0);
  const struck = await flipOnce(round, work, {
    ...{ way: spot.way, find, inError: spot.type === "FAIL" },
    clean: (system, job) => removeMisnamed(system, job, spot),
  });
  return struck ? bytes : undefined;
}

/**
 * Removes the results of a damaged name or token of an upload, which only TLS prevents: a staged upload
 * that no client resumes, and complete files of a batch under damaged names. Files with other content
 * are not removed, and count as wrong.
 */
async function removeMisnamed(system: System, { targets, entries: expected }: Job, { type }: Spot) {
  if (type === "REQU") return await removeUnclaimed(system);
  if (type !== "PACK") return;
  for (const name of (await entries(system)).toReversed()) {
    if (expected.includes(name) || !/^root\/(?!\.ftserver\/)/.test(name)) continue;
    const path = join(system.root, name.slice("root/".length));
    if (name.endsWith("/") || await verdict.isOneOf(path, targets)) await Deno.remove(path);
  }
}

async function sweep(round: Round, work: Work, spot: Spot, field: Field): Promise<void> {
  let step = 1;
  for (let byte = 0, bytes = 1; byte < bytes; byte += step) {
    let passed: number | undefined;
    for (let tries = 0; passed === undefined && tries < TRIES; tries++) {
      passed = await flip(round, work, spot, field, byte);
    }
    bytes = passed ?? bytes;
    if (!round.full) return;
    if (field !== "payload") continue;
    if (spot.type === "DATA" || !WHOLE.includes(work.name)) step = Math.ceil(bytes / SAMPLES);
  }
}

/** Returns the cells of this family. */
export function nativeFlips(): Cell[] {
  return FEW_WORKS.flatMap(({ work, up, down }) => {
    const spots = ([["up", up], ["down", down]] as const).flatMap(([way, types]) =>
      types.map((type, nth): Spot => ({
        ...{ way, nth, type },
        nthOfType: types.slice(0, nth).filter((before) => before === type).length,
      }))
    );
    return spots.flatMap((spot) =>
      (Object.keys(FIELDS) as Field[]).map((field): Cell => ({
        ...{ dialect: "native", work: work.name, fault: `flip-${spot.way}` },
        phase: `${spot.nth + 1}-${spot.type}.${field}`,
        ...{ rounds: 1, quick: field === "payload" ? 1 : 0, timeoutMs: TIMEOUT_MS },
        run: (round) => sweep(round, work, spot, field),
      }))
    );
  });
}
