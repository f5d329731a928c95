/**
 * The chat as the servers of a cluster exchange it.
 *
 * @module
 */

import * as v from "valibot";

const text = v.optional(v.string());

/** A message in the stream. */
export const messageSchema = v.object({
  from: v.string(),
  text: v.string(),
  to: text,
  by: text,
  for: text,
  seat: text,
  /** The run of the server at which it was sent. */
  server: text,
});

/** A seat in the bucket of seats. */
export const seatSchema = v.object({
  id: v.string(),
  /** The run of the server that has it. */
  server: v.string(),
  name: v.string(),
  dialect: v.string(),
  identity: text,
});

/** A text that servers shout to each other. */
export const shoutSchema = v.variant("kind", [
  v.object({ kind: v.literal("notice"), text: v.string(), server: text }),
  v.object({ kind: v.literal("kick"), id: v.string() }),
]);

/** Reads a record; `undefined` for a text that no server of this version wrote. */
export function parseRecord<T>(
  schema: v.BaseSchema<unknown, T, v.BaseIssue<unknown>>,
  text: string,
): T | undefined {
  try {
    const { success, output } = v.safeParse(schema, JSON.parse(text));
    return success ? output as T : undefined;
  } catch {
    return undefined;
  }
}
