/**
 * Serving HTTP for monitoring. The runtime's own server ends the program when a connection cannot be
 * accepted, so this is a small one: requests without a body, one for each connection.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_HTTP_HEAD_BYTES, MAX_LINGER_BYTES } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import type { AcceptOptions } from "./accept_loop.ts";
import { formatAddress, parseAddress } from "./address.ts";
import { serveOperator } from "./operator_socket.ts";

/** A running server. Disposing it finishes active requests and stops it. */
export interface HttpServer extends AsyncDisposable {
  /** The address, such as `http://127.0.0.1:9464`, with the actual port. */
  readonly url: string;
}

/** Answers a request, which has no body. */
export type AnswerHttp = (request: Request) => Response | Promise<Response>;

/**
 * Serves HTTP requests.
 *
 * @param url The address, such as `http://127.0.0.1:9464`; port 0 selects a free one.
 * @throws `usage` for an invalid address, `conflict` for one in use, `not_allowed`.
 */
export function serveHttp(
  url: string,
  answer: AnswerHttp,
  options: AcceptOptions = {},
): HttpServer {
  const { scheme, hostname = "", port = 80, fragment } = parseAddress(url) ?? {};
  if (scheme !== "http" || port > 65535 || fragment !== undefined) {
    throw new FtError("usage", `not an address: ${url} (as in http://127.0.0.1:9464)`);
  }
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname, port });
  } catch (error) {
    throw asFtError(error, `Cannot listen on ${url}`);
  }
  const where = `http://${formatAddress(hostname, listener.addr.port)}`;
  const serving = serveOperator(listener, { ...options, where }, async (conn) => {
    const request = await readRequest(conn, where);
    const method = request instanceof Request ? request.method : "GET";
    const response = request instanceof Request ? await answer(request) : request;
    await send(conn, await encode(response, method));
    await conn.closeWrite();
    await discard(conn);
  });
  return { url: where, [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose]() };
}

/** Reads the head of a request. @returns The refusal of an invalid one. */
async function readRequest(conn: Deno.TcpConn, origin: string): Promise<Request | Response> {
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(MAX_HTTP_HEAD_BYTES);
  let head = "";
  for (let from = 0; !/\r?\n\r?\n/.test(head.slice(from));) {
    if (head.length >= MAX_HTTP_HEAD_BYTES) return refusal(431, "the request is too long");
    const count = await conn.read(buffer.subarray(head.length));
    if (count === null) return refusal(400, "the request is not complete");
    // The end may have begun in the bytes before.
    from = Math.max(0, head.length - "\r\n\r".length);
    head += decoder.decode(buffer.subarray(head.length, head.length + count));
  }
  const invalid = "not a request that this server knows";
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(head) ?? [];
  if (method === undefined || target === undefined) return refusal(400, invalid);
  try {
    return new Request(new URL(target, origin), { method });
  } catch {
    return refusal(400, invalid);
  }
}

function refusal(status: number, reason: string): Response {
  return new Response(`${reason}\n`, { status });
}

const STATUS_TEXTS: Record<number, string> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

async function encode(response: Response, method: string): Promise<Uint8Array<ArrayBuffer>> {
  const body = await response.bytes();
  const { status, headers } = response;
  const fields = [
    ...headers,
    ["content-length", String(body.length)],
    ["date", new Date().toUTCString()],
    ["connection", "close"],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  const line = `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? ""}\r\n`;
  const head = new TextEncoder().encode(`${line}${fields.join("")}\r\n`);
  const sent = method === "HEAD" ? new Uint8Array() : body;
  return new Uint8Array(await new Blob([head, sent]).arrayBuffer());
}

async function send(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** Unread input would reset the connection before the client has read the answer. */
async function discard(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(MAX_HTTP_HEAD_BYTES);
  for (let left = MAX_LINGER_BYTES; left > 0;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    left -= count;
  }
}
