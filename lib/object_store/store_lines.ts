/**
 * Connections on which large bodies are sent. The runtime's `fetch` would copy each body twice, and
 * keep the copies for long.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { STORE_DIAL_TIMEOUT_MS, STORE_LINE_IDLE_MS } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import { dial } from "../net/dial.ts";
import { dialCertified } from "../net/tls_dial.ts";
import { readAnswer } from "./http_answer.ts";

/** A request with a large body. */
export interface LargePut {
  readonly url: URL;
  readonly headers: Headers;
  /** Not changed before the answer. */
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** A connection, and the reader of its answers. */
interface Line {
  readonly connection: Connection;
  readonly reader: ReadableStreamBYOBReader;
  /** When it was used the last time, in milliseconds of the monotonic clock. */
  usedMs: number;
}

/** Connections to one store, used again. Disposing it closes those that are idle. */
export class StoreLines implements AsyncDisposable {
  readonly #idle: Line[] = [];
  #closed: boolean;

  readonly #authorities: readonly string[];

  /**
   * @param keep Whether a connection is used again.
   * @param authorities Certificates in PEM of authorities besides those of the runtime.
   */
  constructor(keep: boolean, authorities: readonly string[] = []) {
    this.#closed = !keep;
    this.#authorities = authorities;
  }

  /**
   * Sends a request, and reads its answer, which is short.
   *
   * @throws `network` if the store cannot be reached or ends the connection, `tls`, `protocol`; the
   *   signal's reason.
   */
  async put(request: LargePut): Promise<Response> {
    const old = await this.#takeIdle();
    if (old !== undefined) {
      try {
        return await this.#exchange(old, request);
      } catch (error) {
        request.signal.throwIfAborted();
        if (!(error instanceof FtError && error.code === "network")) throw error;
        // The store may have ended a connection that was idle.
      }
    }
    return await this.#exchange(await openLine(request, this.#authorities), request);
  }

  async #takeIdle(): Promise<Line | undefined> {
    while (this.#idle.length > 0) {
      const line = this.#idle.pop()!;
      const fresh = performance.now() - line.usedMs < STORE_LINE_IDLE_MS;
      if (fresh && !line.connection.signal.aborted) return line;
      await closeLine(line);
    }
    return undefined;
  }

  async #exchange(line: Line, { url, headers, body, signal }: LargePut): Promise<Response> {
    const { connection, reader } = line;
    const onAbort = () => connection.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    let lasting = false;
    try {
      signal.throwIfAborted();
      // A store that refuses a request may answer before it has read the body, and then close.
      const sent = connection.send(headOf(url, headers, body.length), body).then(() => true, (
        error,
      ) => error);
      const answer = await readAnswer(reader).catch(async (error) => {
        connection.abort(error);
        await sent;
        throw error;
      });
      // The body is in use until it is sent, or the connection has ended.
      if (!answer.response.ok) connection.abort(new FtError("network", "the store refused it"));
      lasting = await sent === true && answer.lasting && answer.response.ok;
      return answer.response;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      line.usedMs = performance.now();
      if (lasting && !this.#closed) this.#idle.push(line);
      else await closeLine(line);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map(closeLine));
  }
}

async function openLine(
  { url, signal }: LargePut,
  authorities: readonly string[],
): Promise<Line> {
  const tls = url.protocol === "https:";
  const port = Number(url.port || (tls ? 443 : 80));
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const options = { hostname, port, timeoutMs: STORE_DIAL_TIMEOUT_MS, signal };
  const connection = tls ? await dialCertified(options, authorities) : await dial(options);
  const reader = connection.readable.getReader({ mode: "byob" });
  return { connection, reader, usedMs: performance.now() };
}

async function closeLine({ connection, reader }: Line): Promise<void> {
  connection.abort(new FtError("network", "the connection to the store is not needed any more"));
  // Best effort: nothing more is read from it.
  await reader.cancel().catch(() => {});
  await connection[Symbol.asyncDispose]();
}

function headOf({ host, pathname, search }: URL, headers: Headers, length: number): Uint8Array {
  const fields = [...headers].filter(([name]) => name !== "host" && name !== "content-length");
  const lines = [
    `PUT ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    `content-length: ${length}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
