/**
 * The JSON of the chat: requests of a client, replies and messages of the server.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_FILE_BYTES, MAX_MESSAGE_BYTES } from "../base/limits.ts";

const short = v.pipe(v.string(), v.maxLength(256));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_FILE_BYTES));
const timeMs = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));

/** The requests about the chat. */
export const chatRequests = [
  v.object({
    op: v.literal("join"),
    name: v.optional(short),
    after: v.optional(count),
    history: v.optional(count),
  }),
  v.object({ op: v.literal("leave") }),
  v.object({ op: v.literal("say"), text: v.string(), to: v.optional(short) }),
  v.object({ op: v.literal("who") }),
] as const;

/**
 * The reply to `join`: the assigned name, the number of the last message before it, why the name is
 * not the wanted one, and whether messages were missed for good.
 */
export const joinedSchema = v.object({
  name: short,
  sequence: count,
  wanted: v.optional(short),
  taken: v.optional(short),
  incomplete: v.optional(v.boolean()),
});

/** The payload of MESG. */
export const chatMessageSchema = v.object({
  sequence: count,
  kind: v.picklist(["message", "notice"]),
  from: short,
  to: v.optional(short),
  text: v.pipe(v.string(), v.maxLength(MAX_MESSAGE_BYTES)),
  atMs: timeMs,
});

/** One seat in the reply to `who`. */
export const presenceSchema = v.object({ name: short, dialect: short, idleMs: count });
