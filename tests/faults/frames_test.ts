/**
 * Frames on the wire, in pieces of any size.
 */

import { assertEquals } from "@std/assert";
import { findFrame, frame, frameFollower, type PassingFrame } from "../../faults/frames.ts";
import { pure } from "../../testing/pure.ts";

const STREAM = new Uint8Array([
  ...frame("HELO", new Uint8Array(3)),
  ...frame("BLCK", new Uint8Array([0, 0, 0, 1, 0, 0, 0, 9, 5])),
  ...frame("DROP", new Uint8Array(4)),
  ...frame("COMT"),
]);

pure("frameFollower reports every frame, for any pieces", () => {
  for (const size of [1, 2, 5, 11, 12, 13, 20, 21, STREAM.length]) {
    const seen: PassingFrame[] = [];
    const follow = frameFollower((passing) => seen.push(passing));
    for (let at = 0; at < STREAM.length; at += size) follow(STREAM.subarray(at, at + size), at);
    assertEquals(seen, [
      { type: "HELO", length: 3, at: 0, index: 0 },
      { type: "BLCK", length: 9, at: 15, index: 9 },
      { type: "DROP", length: 4, at: 36, index: 0 },
      { type: "COMT", length: 0, at: 52, index: 0 },
    ], `pieces of ${size}`);
  }
});

pure("findFrame returns the first place it found", () => {
  const find = findFrame(({ length }) => length > 3 ? 2 : null);
  assertEquals(find(STREAM.subarray(0, 20), 0), null);
  assertEquals(find(STREAM.subarray(20, 40), 20), 17);
  assertEquals(find(STREAM.subarray(40), 40), 17);
});
