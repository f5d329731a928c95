/**
 * Transfers over several connections: one of them breaks, brings damaged bytes or stops, or one of the
 * programs is killed, while the others move blocks.
 *
 * @module
 */

import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../../testing/network/faults.ts";
import type { Cell } from "../cell.ts";
import { CONTENT, findFrame, HEADER_BYTES, type PassingFrame } from "../frames.ts";
import { LANE_RATE, LANED_WORKS } from "../native/laned_works.ts";
import { type Fault, strike } from "../strike.ts";
import { cutAt, freezeAt, type Place, resetAt } from "../wire.ts";
import type { Work } from "../work.ts";
import { SIGNALS } from "./native_signals.ts";

/** A place on one of the connections. */
interface LanePhase {
  readonly name: string;
  /** The number of the connection: 0 is the first, the others are further ones. */
  readonly lane: number;
  place(work: Work): Place;
}

const half = ({ length }: PassingFrame) => HEADER_BYTES + Math.ceil(length / 2);
const contentWay = ({ way }: Work) => way === "get" ? "down" : "up";

/** Finds content of the block that is the nth of its connection, counted from 0. */
function content(work: Work, nth: number): Place {
  let blocks = 0;
  const find = findFrame((frame) => {
    if (frame.type === "BLCK") blocks++;
    return CONTENT.has(frame.type) && blocks > nth ? half(frame) : null;
  });
  return { way: contentWay(work), find };
}

const PHASES: readonly LanePhase[] = [
  // By then there are further connections: they are opened once the first one was measured.
  { name: "first-lane", lane: 0, place: (work) => content(work, 4) },
  { name: "lane-before-hello", lane: 1, place: () => ({ way: "up", find: () => 0 }) },
  { name: "lane-in-hello", lane: 1, place: () => ({ way: "down", find: findFrame(half) }) },
  { name: "lane-first-block", lane: 1, place: (work) => content(work, 0) },
  { name: "lane-later-block", lane: 1, place: (work) => content(work, 1) },
];

/** A fault of a connection, and the exit codes of the client. */
interface Break {
  readonly name: string;
  readonly codes: (lane: number) => readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly faults: (place: Place) => ConnectionFaults;
}

const lostFirst = (lane: number) => lane === 0 ? [5] : [0];

/** A further connection that is lost costs nothing but time. */
const BREAKS: readonly Break[] = [
  { name: "cut", codes: lostFirst, faults: cutAt },
  { name: "cut-and-retry", codes: () => [0], env: { FTCLIENT_RETRIES: "3" }, faults: cutAt },
  { name: "reset", codes: lostFirst, faults: resetAt },
  { name: "freeze", codes: () => [0, 5], env: { FTCLIENT_TIMEOUT: "2" }, faults: freezeAt },
  {
    // Damaged content is fetched or sent again; damaged frames end a connection.
    name: "flip",
    codes: (lane) => lane === 0 ? [0, 5, 11] : [0, 11],
    faults: ({ way, find }) => ({ [way]: { flip: { find, bit: 3 } } }),
  },
];

/** Starts a line that limits each connection, with faults on one of them. */
function lanedWire(
  url: string,
  lane: number,
  faults: () => ConnectionFaults,
): Promise<FaultProxy> {
  return FaultProxy.start(url, (connection) => {
    const { up, down } = connection === lane ? faults() : {};
    const rate = { bytesPerSecond: LANE_RATE };
    return { up: { ...rate, ...up }, down: { ...rate, ...down } };
  });
}

function breaksAt({ lane }: LanePhase): Fault<FaultProxy>[] {
  return BREAKS.map(({ name, codes, env, faults }) => ({
    ...{ name, env, codes: codes(lane) },
    lay: (url, place) => lanedWire(url, lane, () => faults(place())),
  }));
}

function signalsAt({ lane }: LanePhase): Fault<FaultProxy>[] {
  return SIGNALS.map((signal) => ({
    ...signal,
    lay: (url, place) => lanedWire(url, lane, () => freezeAt(place())),
  }));
}

/** The faults of a phase. A signal strikes all connections, wherever the phase is. */
function faultsAt(work: Work, phase: LanePhase): Fault<FaultProxy>[] {
  const isAuto = work.name.endsWith("-auto");
  const isMain = phase.name === "lane-first-block";
  if (phase.name !== "first-lane" && !isMain) return isAuto ? [] : breaksAt(phase);
  return isAuto && !isMain ? breaksAt(phase) : [...breaksAt(phase), ...signalsAt(phase)];
}

/** The rounds of a quick run. */
function quick(work: Work, fault: string, phase: LanePhase): number {
  const isQuick = work.name.endsWith("-lanes") && phase.name === "lane-first-block";
  return isQuick && ["cut", "kill-server"].includes(fault) ? 1 : 0;
}

/** Returns the cells of this family. */
export function nativeLanes(): Cell[] {
  return LANED_WORKS.flatMap((work) =>
    PHASES.flatMap((phase) =>
      faultsAt(work, phase).map((fault): Cell => ({
        ...{ dialect: "native", work: work.name, fault: fault.name, phase: phase.name },
        ...{ rounds: 1, quick: quick(work, fault.name, phase) },
        run: (round) => strike(round, work, () => phase.place(work), fault),
      }))
    )
  );
}
