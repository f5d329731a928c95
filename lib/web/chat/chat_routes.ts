/**
 * The chat by request: `GET /chat` lists who is here, `POST /chat` sends a message or changes a name.
 *
 * @module
 */

import { MAX_CHAT_FORM_BYTES } from "../../base/limits.ts";
import type { Answer, Route } from "../door/exchange.ts";
import type { SeatName } from "../events/event_stream.ts";
import type { EventStreams } from "../events/event_streams.ts";
import { readForm } from "../http/form.ts";
import { HttpError } from "../http/http_error.ts";
import { sized } from "../http/problem.ts";

function json(value: unknown): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(value)}\n`, { headers });
}

const who: Answer = async (exchange) => json((await exchange.login()).chat.who());

/**
 * Answers `POST` of a form: `text`, `to`, `name`, `leave`, and `stream` for the seat of an event
 * stream.
 *
 * @throws {HttpError} 400 for a form without text and name, 404 for a stream that has ended or a
 *   receiver that is not here, and what sending throws.
 */
function say(streams: EventStreams): Answer {
  return async (exchange) => {
    const form = await readForm(exchange, MAX_CHAT_FORM_BYTES);
    const field = (name: string) => form.get(name) ?? undefined;
    const [text, to, name, key] = ["text", "to", "name", "stream"].map(field);
    if (!["text", "name", "leave"].some((field) => form.has(field))) {
      throw new HttpError(400, "text is missing");
    }
    const login = await exchange.login();
    if (key === undefined) {
      // A name without a seat could be that of another client.
      if (name !== undefined) throw new HttpError(400, "only a seat has a name: stream is missing");
      await login.chat.say(text!, { to });
      return json({ name: login.chat.name });
    }
    const stream = streams.find(key, login.user);
    if (form.has("leave")) {
      stream?.leave();
      return json({});
    }
    if (stream?.seat === undefined) throw new HttpError(404, "this stream has no seat in the chat");
    let named: SeatName = { name: stream.seat.name };
    if (name !== undefined && name !== named.name) named = stream.join(login, { name });
    if (text !== undefined) await stream.seat.say(text, to);
    return json(named);
  };
}

/** The routes of the chat. */
export function chatRoutes(streams: EventStreams): readonly Route[] {
  return [{ path: "/chat", methods: { GET: who, POST: say(streams) } }];
}
