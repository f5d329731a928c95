/**
 * Prints the messages and events of a chat.
 *
 * @module
 */

import type { ChatMessage } from "../../chat/seat.ts";
import type { ChatSessionEvent } from "../../client/remote/chat_session.ts";
import { isoTime } from "../../base/iso_time.ts";
import { retryText } from "../progress/retry_text.ts";
import { type Output, paint } from "../terminal/output.ts";

/** Prints a message as a result, or the server's notice as a notice. */
function printMessage(out: Output, { kind, from, to, text, atMs }: ChatMessage): void {
  if (kind === "notice") return out.notice(paint("dim", `* ${text}`));
  // A client receives only private messages for its own seat. JSON leaves out `to` for others.
  const reach = to === undefined ? "" : " (to you)";
  out.result({ from, to, text, at: isoTime(atMs) }, paint("cyan", from), `${reach}: ${text}`);
}

/** Prints an event of a chat session. */
export function printChatEvent(out: Output, event: ChatSessionEvent): void {
  switch (event.kind) {
    case "message":
      return printMessage(out, event.message);
    case "joined":
      return out.notice(
        paint("dim", `* ${event.again ? "rejoined" : "joined"} the chat as ${event.name}`),
      );
    case "lost":
      return out.notice(paint("yellow", retryText(event, Date.now())));
  }
}
