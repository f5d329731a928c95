/**
 * quadratic-input: input in many small pieces or in one long piece takes time in proportion to its
 * length.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Policy } from "../lib/auth/policy.ts";
import { FtError } from "../lib/base/errors.ts";
import { parseLineCommand } from "../lib/dialects/line.ts";
import { isCommand } from "../lib/dialects/json_message.ts";
import { decodeJson, encodeJson } from "../lib/native/messages.ts";
import { requestSchema } from "../lib/native/schemas.ts";
import { storePath } from "../lib/storage/store_path.ts";
import { ByteQueue } from "../lib/wire/byte_queue.ts";
import { encodeFrame } from "../lib/wire/frame.ts";
import { FrameDecoder } from "../lib/wire/frame_decoder.ts";
import { growsLinearly } from "../testing/growth.ts";
import { pure } from "../testing/pure.ts";

const utf8 = new TextEncoder();

/** Runs work that may refuse its input. */
function tried(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof FtError)) throw error;
  }
}

pure("quadratic-input: FrameDecoder, many tiny frames at once", () => {
  const frame = encodeFrame("tiny", new Uint8Array(1));
  growsLinearly((n) => {
    const queue = new ByteQueue();
    for (let i = 0; i < n; i++) queue.push(frame);
    const decoder = new FrameDecoder(() => 1);
    let count = 0;
    while (decoder.next(queue) !== null) count++;
    assertEquals(count, n);
  });
});

pure("quadratic-input: FrameDecoder, one frame byte by byte", () => {
  growsLinearly((n) => {
    const queue = new ByteQueue();
    const decoder = new FrameDecoder(() => n);
    let frames = 0;
    for (const byte of encodeFrame("slow", new Uint8Array(n))) {
      queue.push(Uint8Array.of(byte));
      if (decoder.next(queue) !== null) frames++;
    }
    assertEquals(frames, 1);
  });
});

pure("quadratic-input: ByteQueue, many short lines", () => {
  growsLinearly((n) => {
    const queue = new ByteQueue();
    queue.push(utf8.encode("a\n".repeat(n)));
    for (let end = queue.indexOf(10); end !== -1; end = queue.indexOf(10)) queue.take(end + 1);
    assertEquals(queue.length, 0);
  });
});

pure("quadratic-input: decodeJson, long keys and many of them", () => {
  growsLinearly((n) => {
    const keys = Object.fromEntries(Array.from({ length: n }, (_, i) => [`key${i}`, 0]));
    tried(() => decodeJson(requestSchema, encodeJson({ op: "stat", path: "a", ...keys }), "REQU"));
  });
  growsLinearly((n) => {
    const request = { op: "stat", path: "a", ["k".repeat(n)]: "v" };
    tried(() => decodeJson(requestSchema, encodeJson(request), "REQU"));
  });
  growsLinearly((n) => {
    const nested = utf8.encode(`{"command":${"[".repeat(n)}`);
    assertEquals(isCommand(nested), false);
  });
});

pure("quadratic-input: storePath and Policy, paths with many names", () => {
  const rules = fc.sample(fc.constantFrom("a", "a/b", "b"), 20).map((path, id) => ({
    ...{ id, subject: "*", effect: "deny", actions: ["read"], path } as const,
  }));
  const policy = new Policy({ name: "ana", role: "read" }, rules);
  for (const name of ["a/", "./", "//", "é/", "..a/"]) {
    growsLinearly((n) => tried(() => storePath(name.repeat(n) + "a")));
  }
  growsLinearly((n) => {
    // The deepest and longest path that is allowed, repeatedly.
    for (let i = 0; i < n; i += 64) policy.allows("read", "x/".repeat(127) + "x");
  });
});

pure("quadratic-input: parseLineCommand, long runs of blanks and words", () => {
  for (const text of [" ", "GET ", "a", "\t"]) {
    growsLinearly((n) => tried(() => parseLineCommand(`GET ${text.repeat(n)}`)));
  }
});
