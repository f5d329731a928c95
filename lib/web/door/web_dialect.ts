/**
 * HTTP as a dialect: one request after the other on a connection.
 *
 * @module
 */

import {
  MAX_SKIPPED_BODY_BYTES,
  WEB_HEAD_TIMEOUT_MS,
  WEB_KEEPALIVE_MS,
} from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal, MAX_DELAY_MS, startDeadline } from "../../base/signals.ts";
import type { Dialect, Session } from "../../dialects/dialect.ts";
import { halfCloseAndDrain } from "../../dialects/half_close.ts";
import { watchForReset } from "../../dialects/reset_watch.ts";
import { BodyPace } from "../http/body_pace.ts";
import { HttpError } from "../http/http_error.ts";
import { problem } from "../http/problem.ts";
import { readHead } from "../http/read_head.ts";
import { bodySource, RequestBody } from "../http/request_body.ts";
import { optionsOf, type RequestHead } from "../http/request_head.ts";
import { sendContinue, sendResponse } from "../http/send_response.ts";
import type { Site } from "./site.ts";
import { Visit } from "./visit.ts";

/** Creates the dialect of a site. */
export function webDialect(site: Site): Dialect {
  return {
    name: "web",
    match: () => "yes",
    async refuse(connection, error) {
      const sending = { headOnly: false, readsChunks: false, keepAlive: false };
      await sendResponse(connection, problem(error), sending);
    },
    serve: (session) => serveRequests(session, site),
  };
}

async function serveRequests(session: Session, site: Site): Promise<void> {
  const visit = new Visit(session, site.logins);
  for (let first = true; await hasNext(session, first); first = false) {
    using _work = session.working();
    if (!await serveRequest(session, site, visit)) break;
  }
  await halfCloseAndDrain(session);
}

/** Waits for the first byte of a request. The first one has the deadline of the handshake. */
async function hasNext({ reader, signal, draining }: Session, first: boolean): Promise<boolean> {
  if (reader.buffered > 0) return true;
  try {
    const waitMs = first ? MAX_DELAY_MS : WEB_KEEPALIVE_MS;
    return await reader.fillWithin(waitMs, anySignal(signal, draining)) === true;
  } catch (error) {
    signal.throwIfAborted();
    if (draining.aborted) return false;
    throw error;
  }
}

/** Serves one request. @returns Whether there may be another one on the connection. */
async function serveRequest(session: Session, site: Site, visit: Visit): Promise<boolean> {
  const { connection, reader, signal } = session;
  let head: RequestHead;
  try {
    using late = startDeadline(
      WEB_HEAD_TIMEOUT_MS,
      () => new HttpError(408, "the request does not arrive in time"),
    );
    head = await readHead(reader, anySignal(signal, late.signal));
  } catch (error) {
    signal.throwIfAborted();
    const sending = { headOnly: false, readsChunks: false, keepAlive: false };
    return await sendResponse(connection, site.finished(problem(asFtError(error))), sending);
  }
  session.established();
  using pace = new BodyPace(connection);
  const body = bodyOf(session, head, pace);
  if (body.ended) watchForReset(session);
  const response = await site.answer(head, body, session, visit);
  const keepAlive = head.keepAlive && !session.draining.aborted && await isBodyDone(head, body);
  const headOnly = head.method === "HEAD";
  return await sendResponse(connection, response, { ...head, headOnly, keepAlive });
}

function bodyOf({ connection, reader }: Session, head: RequestHead, pace: BodyPace): RequestBody {
  const length = head.body.kind === "length" ? head.body.bytes : undefined;
  return new RequestBody(bodySource(reader, head.body), head.body.kind === "none" ? 0 : length, {
    signal: pace.signal,
    waiting: () => pace.waiting(),
    arrived: (bytes) => pace.arrived(bytes),
    async begin() {
      if (asksToContinue(head)) await sendContinue(connection);
    },
  });
}

function asksToContinue({ headers, readsChunks }: RequestHead): boolean {
  return readsChunks && optionsOf(headers.get("expect")).includes("100-continue");
}

/** Whether the next bytes are a new request. A client that was not asked to continue may do either. */
async function isBodyDone(head: RequestHead, body: RequestBody): Promise<boolean> {
  if (body.ended) return true;
  if (!body.begun && asksToContinue(head)) return false;
  try {
    return await body.skip(MAX_SKIPPED_BODY_BYTES);
  } catch {
    // The answer may explain what is wrong with the body.
    return false;
  }
}
