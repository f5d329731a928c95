/**
 * Receives a request of the `json` dialect. Before more than {@linkcode SMALL_JSON_BYTES} of it are
 * read, the user must be allowed to write the file, because only an upload can be large.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { JSON_MESSAGE_TIMEOUT_MS, SMALL_JSON_BYTES } from "../base/limits.ts";
import { anySignal, startDeadline } from "../base/signals.ts";
import type { Login, Session } from "./dialect.ts";
import { JsonFields } from "./json_fields.ts";
import type { LargeSlot } from "./large_slot.ts";

const REQUEST = { texts: ["command", "fileName", "path"], content: "fileContent" } as const;

/** A request, or the reason why it is refused. */
export interface ReceivedRequest {
  readonly fields: JsonFields;
  /** Why it is refused. */
  readonly refused?: unknown;
  /** The bytes of it that were not read; if there are any, no request can follow it. */
  readonly unread: number;
}

/**
 * Receives a request, whose length was read already.
 *
 * @returns Also a request that is refused.
 * @throws `network` if it does not arrive in time.
 */
export async function receiveRequest(
  session: Session,
  login: Login,
  length: number,
  slot: LargeSlot,
): Promise<ReceivedRequest> {
  const fields = new JsonFields(REQUEST);
  const small = Math.min(length, SMALL_JSON_BYTES);
  // All of a small request is read even if it is refused, so that another can follow.
  const early = await feed(session, fields, small);
  const left = length - small;
  if (left === 0) return { fields, refused: early ?? refusalOf(() => fields.end()), unread: 0 };
  const refused = early ??
    refusalOf(() => login.requireWrite(fields.text("fileName") ?? "."));
  if (refused !== undefined) return { fields, refused, unread: left };
  await slot.take();
  const late = await feed(session, fields, left);
  return { fields, refused: late ?? refusalOf(() => fields.end()), unread: 0 };
}

/**
 * Reads the next bytes within a deadline, as a slow sender may hold one of the few slots.
 *
 * @returns Why the bytes are refused; those after the first fault are discarded.
 */
async function feed(session: Session, fields: JsonFields, bytes: number): Promise<unknown> {
  const timedOut = () => new FtError("network", "a message did not arrive in time");
  using deadline = startDeadline(JSON_MESSAGE_TIMEOUT_MS, timedOut);
  const signal = anySignal(session.signal, deadline.signal);
  let refused: unknown;
  for await (const piece of session.reader.body(bytes, signal)) {
    refused ??= refusalOf(() => fields.push(piece));
    if (refused !== undefined) fields.takeContent();
  }
  return refused;
}

/** Returns the error that a check throws; `undefined` if it passes. */
function refusalOf(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}
