/**
 * `GET /events`: the chat and the changes of a folder, as they happen (Server-Sent Events).
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { EVENT_HEARTBEAT_MS, MAX_CHAT_HISTORY } from "../../base/limits.ts";
import { anySignal, within } from "../../base/signals.ts";
import type { ChatSeat } from "../../chat/seat.ts";
import type { Login } from "../../dialects/dialect.ts";
import type { Answer, Exchange } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { startedStream } from "../http/started_stream.ts";
import type { EventStream, SeatName } from "./event_stream.ts";
import type { EventStreams } from "./event_streams.ts";
import {
  BEGINNING,
  type EventPlace,
  eventText,
  HEARTBEAT,
  parsePlace,
  RESUMED,
} from "./event_text.ts";

const utf8 = new TextEncoder();

/** Answers `GET /events?folder=PATH&name=NAME&history=N&chat=no&last=ID`. */
export function eventsAnswer(streams: EventStreams): Answer {
  return async (exchange) => {
    exchange.requireOwnPage("receive events");
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    const login = await exchange.login();
    if (exchange.method === "HEAD") return new Response(null, { headers });
    const { stream, after, beginning } = await streamOf(streams, exchange, login);
    const connection = streams.connected(stream);
    const signal = anySignal(connection, exchange.leaving());
    const body = sending(stream, after, {
      signal,
      beginning,
      isSameUser: () => isUser(login.user, exchange),
      ended(isSame) {
        if (isSame) streams.disconnected(stream, connection);
        else streams.end(stream);
      },
    });
    return new Response(await startedStream(body), { headers });
  };
}

/** The connection over which events are sent. */
interface Connected {
  readonly signal: AbortSignal;
  /** The text before the first event. */
  readonly beginning: string;
  readonly isSameUser: () => Promise<boolean>;
  /** Called at the end. @param isSame Whether the user may connect again. */
  readonly ended: (isSame: boolean) => void;
}

/** Finds the stream that a client resumes, or begins one; the client has the events up to `after`. */
async function streamOf(
  streams: EventStreams,
  { query, headers, signal }: Exchange,
  login: Login,
): Promise<{ readonly stream: EventStream; readonly after: number; readonly beginning: string }> {
  const folder = query.get("folder");
  const path = folder === null
    ? undefined
    : await requireFolder(login, folder.replace(/\/+$/, "") || ".", signal);
  const place = parsePlace(headers.get("last-event-id") ?? query.get("last"));
  const known = place && streams.find(place.key, login.user);
  const stream = known ?? streams.begin(login.user);
  try {
    if (known === undefined) greet(stream, login, query, place);
    if (path !== undefined) stream.open(login, path);
  } catch (error) {
    if (known === undefined) streams.end(stream);
    throw error;
  }
  if (known === undefined) return { stream, after: 0, beginning: BEGINNING };
  const after = place!.number;
  const isWhole = stream.buffer.after(after) !== null;
  return { stream, after, beginning: isWhole ? BEGINNING + RESUMED : BEGINNING };
}

async function requireFolder(login: Login, path: string, signal: AbortSignal): Promise<string> {
  const info = await login.files.stat(path, { signal });
  if (info.type === "dir") return info.path;
  throw new HttpError(409, `it is not a folder: ${path}`, { name: path });
}

/** Takes a seat, if the user may chat, and says so. */
function greet(
  stream: EventStream,
  login: Login,
  query: URLSearchParams,
  place: EventPlace | undefined,
): void {
  // A client that comes back wants the name that it had.
  const name = (place?.seat || query.get("name")) ?? undefined;
  const history = Math.min(Number(query.get("history") ?? 0) || 0, MAX_CHAT_HISTORY);
  let seat: (SeatName & Partial<Pick<ChatSeat, "sequence" | "incomplete">>) | undefined;
  if (query.get("chat") !== "no") {
    try {
      const joined = stream.join(login, {
        ...{ name, after: place?.sequence, history: Math.max(0, history) },
      });
      const { sequence, incomplete } = stream.seat!;
      seat = { ...joined, sequence, ...(incomplete && { incomplete }) };
    } catch (error) {
      // Other events are for everybody.
      if (!hasCode(error, "not_allowed")) throw error;
    }
  }
  stream.add("hello", { stream: stream.key, user: login.user, ...seat });
}

/** The events after one, as they come. The session of the client is looked at now and then. */
async function* sending(
  stream: EventStream,
  after: number,
  { signal, beginning, isSameUser, ended }: Connected,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let isSame = true;
  try {
    yield utf8.encode(beginning);
    let lookMs = performance.now() + EVENT_HEARTBEAT_MS;
    for (let last = after; !signal.aborted;) {
      const { added } = stream.buffer;
      const text = textAfter(stream, last);
      last = stream.buffer.last;
      if (text !== "") yield utf8.encode(text);
      else await within(added, Math.max(0, lookMs - performance.now()), signal).catch(() => {});
      if (signal.aborted || performance.now() < lookMs) continue;
      isSame = await isSameUser();
      if (!isSame) return;
      yield utf8.encode(HEARTBEAT);
      lookMs = performance.now() + EVENT_HEARTBEAT_MS;
    }
  } finally {
    ended(isSame);
  }
}

function textAfter({ key, buffer, sequence, seat }: EventStream, last: number): string {
  const reset = { number: buffer.last, name: "reset", data: "{}", sequence };
  const place = { key, seat: seat?.name ?? "" };
  return (buffer.after(last) ?? [reset]).map((event) => eventText(event, place)).join("");
}

/** Whether the client's session has not ended; a request keeps it alive. */
async function isUser(user: string, exchange: Exchange): Promise<boolean> {
  try {
    return (await exchange.login()).user === user;
  } catch {
    return false;
  }
}
