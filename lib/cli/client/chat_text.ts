/**
 * Prints the messages and events of a chat.
 *
 * @module
 */

import type { ChatMessage } from "../../chat/seat.ts";
import type { RemoteSeat } from "../../client/remote/remote_chat.ts";
import type { ChatSessionEvent } from "../../client/remote/chat_session.ts";
import { isoTime } from "../../base/iso_time.ts";
import { localTime } from "../format/times.ts";
import { retryText } from "../progress/retry_text.ts";
import { type Output, paint } from "../terminal/output.ts";

/** Prints a message as a result, or the server's notice as a notice. */
function printMessage(out: Output, message: ChatMessage, earlier: boolean): void {
  const { kind, from, to, text, atMs } = message;
  if (kind === "notice") return out.notice(paint("dim", `* ${text}`));
  // A client receives only private messages for its own seat. JSON leaves out `to` for others.
  const reach = to === undefined ? "" : " (to you)";
  const clock = earlier && out.terminal ? paint("dim", `${localTime(atMs)}  `) : "";
  out.result(
    { from, to, text, at: isoTime(atMs) },
    clock,
    paint("cyan", from),
    `${reach}: ${text}`,
  );
}

/** Why a name has a number. A server that is older does not report it. */
function whyNumbered({ wanted, taken }: Pick<RemoteSeat, "wanted" | "taken">): string {
  if (wanted === undefined) return "";
  return taken === "reserved"
    ? `: the name ${wanted} is reserved for another user`
    : `: someone is here as ${wanted}`;
}

const MISSED = "messages may be missing here: the server no longer has them";

/** Prints an event of a chat session. */
export function printChatEvent(out: Output, event: ChatSessionEvent): void {
  switch (event.kind) {
    case "message":
      return printMessage(out, event.message, event.earlier);
    case "joined": {
      const { again, seat } = event;
      const text = `* ${again ? "rejoined" : "joined"} the chat as ${seat.name}`;
      out.notice(paint("dim", text + whyNumbered(seat)));
      if (seat.incomplete) out.notice(paint("yellow", `* ${MISSED}`));
      return;
    }
    case "lost":
      return out.notice(paint("yellow", retryText(event, Date.now())));
  }
}
