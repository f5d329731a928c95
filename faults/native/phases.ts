/**
 * The phases of works in the native protocol that are visible on the wire.
 *
 * @module
 */

import { CONTENT, findFrame, frameFollower, HEADER_BYTES, type PassingFrame } from "../frames.ts";
import type { Find } from "../../testing/network/faults.ts";
import type { Place } from "../wire.ts";
import type { Work } from "../work.ts";
import { LAST_BLOCK } from "./works.ts";

/** A phase of a work. */
export interface Phase {
  readonly name: string;
  /** Returns whether a work has the phase. */
  in(work: Work): boolean;
  /** Returns the place of the phase on the wire. */
  place(work: Work): Place;
}

const contentWay = ({ way }: Work) => way === "get" ? "down" : "up";
const CONTENT_BEGINS = ["BLCK", "PACK", "KEEP"];
/** Returns the offset of the middle of a payload. */
const half = ({ length }: PassingFrame) => HEADER_BYTES + Math.ceil(length / 2);

/** Finds the data of a block, by its index or its number. */
function inBlock(wanted: (index: number, nth: number) => boolean): Find {
  let [nth, chosen] = [0, false];
  return findFrame((frame) => {
    if (frame.type === "BLCK") chosen = wanted(frame.index, nth++);
    return chosen && CONTENT.has(frame.type) ? half(frame) : null;
  });
}

/** Finds the last answer, which follows all content. */
function beforeReply(work: Work): Place {
  let ready = false;
  const see = (frame: PassingFrame) => {
    ready ||= frame.type === "BLCK" && frame.index === LAST_BLOCK;
  };
  if (work.way === "put") {
    const find = findFrame(({ type }) => type === "RPLY" && ready ? 0 : null);
    return { way: "down", find, look: frameFollower(see) };
  }
  const find = findFrame((frame) => {
    see(frame);
    return frame.type === "RPLY" && ready ? 0 : null;
  });
  return { way: "down", find };
}

/** Finds the last frame of the client, after all content. */
function beforeCommit(work: Work): Place {
  if (work.way === "get") return beforeReply(work);
  let ready = false;
  const find = findFrame((frame) => {
    ready ||= frame.type === "BLCK" && frame.index === LAST_BLOCK;
    return frame.type === "COMT" && ready ? 0 : null;
  });
  return { way: "up", find };
}

/** Every phase, in order. */
export const NATIVE_PHASES: readonly Phase[] = [
  {
    name: "before-hello",
    in: () => true,
    place: () => ({ way: "up", find: () => 0 }),
  },
  {
    name: "in-hello",
    in: () => true,
    place: () => ({ way: "down", find: findFrame(half) }),
  },
  {
    name: "after-request",
    in: () => true,
    place: (work) => ({
      way: contentWay(work),
      find: findFrame(({ type }) => CONTENT_BEGINS.includes(type) ? 0 : null),
    }),
  },
  {
    name: "first-block",
    in: () => true,
    place: (work) => ({
      way: contentWay(work),
      find: findFrame((frame) => ["DATA", "PACK"].includes(frame.type) ? half(frame) : null),
    }),
  },
  {
    name: "middle",
    in: () => true,
    place: (work) => ({ way: contentWay(work), find: inBlock((index) => index >= 1) }),
  },
  {
    name: "last-block",
    in: () => true,
    place: (work) => ({
      way: contentWay(work),
      find: inBlock((index) => index === LAST_BLOCK),
    }),
  },
  { name: "before-commit", in: () => true, place: beforeCommit },
  {
    name: "after-commit",
    in: ({ way }) => way === "put",
    place: beforeReply,
  },
];
