/**
 * The JSON of shares: what a client asks for, and what it gets.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_PATH_BYTES } from "../base/limits.ts";

const timeMs = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const path = v.pipe(v.string(), v.maxLength(MAX_PATH_BYTES));
/** Identifies a share in lists; it is no secret. */
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{1,64}$/));

/** The requests about shares. */
export const shareRequests = [
  v.object({
    op: v.literal("share"),
    path: v.string(),
    ttlMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    once: v.optional(v.boolean()),
    write: v.optional(v.boolean()),
  }),
  v.object({ op: v.literal("shares") }),
  v.object({ op: v.literal("unshare"), id: v.pipe(v.string(), v.maxLength(64)) }),
] as const;

const facts = {
  id,
  path,
  expiresAtMs: timeMs,
  once: v.boolean(),
  write: v.boolean(),
};

/** Checks a share in a list. */
export const shareSchema = v.object({ ...facts, by: v.pipe(v.string(), v.maxLength(256)) });

/** Checks the reply to `share`. */
export const madeShareSchema = v.object({
  path,
  folder: v.boolean(),
  public: v.boolean(),
  made: v.optional(v.object({
    ...facts,
    token: v.pipe(v.string(), v.regex(/^[!-~]{1,1024}$/)),
  })),
});
