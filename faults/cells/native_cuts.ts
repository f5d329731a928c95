/**
 * Connections that are cut between frames, in headers, in payloads, and at random bytes.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { findFrame, HEADER_BYTES, type PassingFrame } from "../frames.ts";
import { FEW_WORKS } from "../native/small_works.ts";
import { BYTES, NATIVE_WORKS } from "../native/works.ts";
import { type Fault, faultyWire, strike } from "../strike.ts";
import { cutAt, type Place } from "../wire.ts";
import type { Work } from "../work.ts";

const CUT: Fault = {
  name: "cut",
  codes: [0, 5],
  lay: (url, place) => faultyWire(url, place, cutAt),
};

/** The places in a frame. */
const PLACES: Readonly<Record<string, (frame: PassingFrame) => number>> = {
  "before-frame": () => 0,
  "in-header": () => 5,
  "in-payload": ({ length }) => HEADER_BYTES + Math.ceil(length / 2),
};

async function eachFrame(
  round: Round,
  work: Work,
  way: Place["way"],
  frames: number,
  place: (frame: PassingFrame) => number,
): Promise<void> {
  const from = round.full ? 0 : round.random.below(frames);
  for (let chosen = from; chosen < (round.full ? frames : from + 1); chosen++) {
    const find = () => {
      let nth = 0;
      return findFrame((frame) => nth++ === chosen ? place(frame) : null);
    };
    await strike(round, work, () => ({ way, find: find() }), CUT);
  }
}

/** Returns a number of bytes that almost every transfer exceeds in this direction. */
function span(work: Work, way: Place["way"]): number {
  return (work.way === "get") === (way === "down") ? BYTES / 4 : 250;
}

/** Returns the cells of this family. */
export function nativeCuts(): Cell[] {
  const ways = ["up", "down"] as const;
  const frames = FEW_WORKS.flatMap(({ work, up, down }) =>
    ways.flatMap((way) =>
      Object.entries(PLACES).map(([phase, place]): Cell => ({
        ...{ dialect: "native", work: work.name, fault: `cut-${way}`, phase },
        ...{ rounds: 1, quick: phase === "in-header" ? 1 : 0, timeoutMs: 300_000 },
        run: (round) => eachFrame(round, work, way, { up, down }[way].length, place),
      }))
    )
  );
  const bytes = NATIVE_WORKS.flatMap((work) =>
    ways.map((way): Cell => ({
      ...{ dialect: "native", work: work.name, fault: `cut-${way}`, phase: "random-byte" },
      ...{ rounds: 20, quick: 0 },
      run: (round) => {
        const at = round.random.below(span(work, way));
        return strike(round, work, () => ({ way, find: () => at }), CUT);
      },
    }))
  );
  return [...frames, ...bytes];
}
