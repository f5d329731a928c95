/**
 * Sends a response on a connection.
 *
 * @module
 */

import type { Connection } from "../../net/connection.ts";
import { REASONS } from "./reasons.ts";

/** How a response is sent. */
export interface SendOptions {
  /** Whether only the head is sent, as the answer to `HEAD`. */
  readonly headOnly: boolean;
  /** Whether the client can read chunks. */
  readonly readsChunks: boolean;
  /** Whether the connection is used for another request afterwards. */
  readonly keepAlive: boolean;
}

const utf8 = new TextEncoder();
const CR_LF = utf8.encode("\r\n");
const LAST_CHUNK = utf8.encode("0\r\n\r\n");

/**
 * Sends a response, as fast as the client reads it. A body whose size its head does not say is sent
 * in chunks, or to a client that does not know them, until the end of the connection.
 *
 * @returns Whether the connection can be used for another request.
 * @throws `network` if the connection is lost, and what the body throws: then the client has only a
 *   part of it, and the caller must close the connection.
 */
export async function sendResponse(
  connection: Connection,
  response: Response,
  { headOnly, readsChunks, keepAlive }: SendOptions,
): Promise<boolean> {
  const { status, headers, body } = response;
  const bodiless = status === 204 || status === 304 || status < 200;
  const sized = headers.has("content-length") || bodiless;
  if (!sized && body === null) headers.set("content-length", "0");
  const chunked = !sized && body !== null && readsChunks;
  const keep = keepAlive && (sized || chunked || body === null);
  if (chunked) headers.set("transfer-encoding", "chunked");
  headers.set("connection", keep ? "keep-alive" : "close");
  const head = encodeHead(status, headers);
  if (headOnly || bodiless || body === null) {
    await body?.cancel();
    await connection.send(head);
    return keep;
  }
  await sendBody(connection, head, body, chunked);
  return keep;
}

/** Sends head and body. The first piece leaves together with the head. */
async function sendBody(
  connection: Connection,
  head: Uint8Array,
  body: ReadableStream<Uint8Array>,
  chunked: boolean,
): Promise<void> {
  let before = [head];
  const reader = body.getReader();
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) break;
      if (value.length === 0) continue;
      const size = utf8.encode(`${value.length.toString(16)}\r\n`);
      const parts = chunked ? [size, value, CR_LF] : [value];
      await connection.send(...before, ...parts);
      before = [];
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
  if (chunked) await connection.send(...before, LAST_CHUNK);
  else if (before.length > 0) await connection.send(...before);
}

/** Encodes a head. Header fields are bytes, which the runtime has checked. */
function encodeHead(status: number, headers: Headers): Uint8Array<ArrayBuffer> {
  const fields = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const date = `date: ${new Date().toUTCString()}\r\n`;
  const text = `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${date}${fields.join("")}\r\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Sends the permission to send a request body. */
export function sendContinue(connection: Connection): Promise<void> {
  return connection.send(utf8.encode("HTTP/1.1 100 Continue\r\n\r\n"));
}
