/**
 * Flipped bits in every byte of the requests and headers of the dialects with a digest, and in many
 * bytes of the content. `json` and `updown` have no digest, so that damage cannot be detected.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { flipOnce } from "../flip.ts";
import { LEGACY_DIALECTS, type LegacyWork, worksOf } from "../legacy/works.ts";

/** The size of a file in bytes: small, so that most bytes are not content. */
const BYTES = 5000;
/** The number of content bytes that are tried. */
const CONTENT_SAMPLES = 24;

/** A range of bytes in a direction. */
interface Part {
  readonly name: string;
  readonly way: "up" | "down";
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Requests are shorter than 32 bytes, headers than 160. */
const PARTS: readonly Part[] = [
  { name: "request", way: "up", from: 0, to: 32, step: 1 },
  { name: "header", way: "down", from: 0, to: 160, step: 1 },
  {
    ...{ name: "content", way: "down", from: 160, to: BYTES },
    step: Math.ceil((BYTES - 160) / CONTENT_SAMPLES),
  },
];

async function sweep(round: Round, work: LegacyWork, { way, from, to, step }: Part): Promise<void> {
  for (let offset = from; offset < to; offset += step) {
    const find = (piece: Uint8Array, at: number) => offset < at + piece.length ? offset : null;
    // The direction has fewer bytes.
    if (!await flipOnce(round, work, { way, find })) return;
    if (!round.full) return;
  }
}

/** Returns the cells of this family. */
export function legacyFlips(): Cell[] {
  return LEGACY_DIALECTS.filter(({ digest }) => digest).flatMap((dialect) =>
    worksOf(dialect, BYTES).flatMap((work) =>
      PARTS.map((part): Cell => ({
        ...{ dialect: dialect.name, work: work.name, fault: `flip-${part.way}`, phase: part.name },
        ...{ rounds: 1, quick: part.name === "content" ? 1 : 0, timeoutMs: 600_000 },
        run: (round) => sweep(round, work, part),
      }))
    )
  );
}
