/**
 * Messages as people and programs see them.
 *
 * @module
 */

import type { ChatMessage } from "../../chat/seat.ts";
import type { ChatSessionEvent } from "../../client/remote/chat_session.ts";
import { type Output, paint } from "../terminal/output.ts";
import { errorText } from "../terminal/error_report.ts";

/** A message's line for programs, field by field as the contract has it; `to` when it is for one. */
export function messageObject({ from, to, text, atMs }: ChatMessage): Record<string, unknown> {
  return { from, ...(to === undefined ? {} : { to }), text, at: new Date(atMs).toISOString() };
}

/** Prints a message as a result, a notice as a notice. */
export function printMessage(out: Output, message: ChatMessage): void {
  if (message.kind === "notice") out.notice(paint("dim", `* ${message.text}`));
  else if (out.json) out.object(messageObject(message));
  else out.line(paint("cyan", message.from), `: ${message.text}`);
}

/** Prints whatever happens in a conversation. */
export function printEvent(out: Output, event: ChatSessionEvent): void {
  if (event.kind === "message") printMessage(out, event.message);
  else if (event.kind === "lost") {
    const seconds = Math.round((event.atMs - Date.now()) / 1000);
    out.notice(paint("yellow", `${errorText(event.error)}; joining again in ${seconds} s`));
  } else out.notice(paint("dim", `* you are ${event.name}${event.again ? " again" : ""}`));
}
