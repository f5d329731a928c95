/**
 * Requests over HTTP whose paths are sent as they are: `fetch` would resolve `..` by itself.
 *
 * @module
 */

import { Agent, type IncomingMessage, request } from "node:http";
import { type ErrorCode, EXIT_CODES, FtError } from "../../lib/base/errors.ts";

/** A request. */
export interface HttpRequest {
  readonly method: string;
  /** The path below `/files/`, percent-encoded. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** The codes of errors in answers without a body, as those to `HEAD` are. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: "usage",
  401: "not_allowed",
  403: "not_allowed",
  404: "not_found",
  409: "conflict",
  412: "conflict",
  413: "limit",
  414: "limit",
  423: "conflict",
};

/** Sends requests to one server over connections that it keeps. Disposing closes them. */
export class HttpRequests implements Disposable {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  /** @returns An answer that is no error. @throws {FtError} As the problem of the answer says. */
  async send({ method, target, headers = {}, body }: HttpRequest): Promise<IncomingMessage> {
    const { hostname, port } = new URL(this.#url);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, hostname, port, path: `/files/${target}`, agent: this.#agent };
      const sent = request({ ...options, headers }, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
    if (answer.statusCode! >= 400) throw problemOf(answer, await bytesOf(answer), target);
    // The connection is used again once the body was read.
    if (method !== "GET") answer.resume();
    return answer;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** Encodes a path for a URL, name by name. */
export function encode(path: string): string {
  const names = path.split("/").map(encodeURIComponent);
  return path === "." ? "" : names.join("/");
}

/** Reads the body of an answer. */
export async function bytesOf(answer: IncomingMessage): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(await Array.fromAsync(answer)).arrayBuffer());
}

function problemOf({ statusCode }: IncomingMessage, body: Uint8Array, target: string): FtError {
  const text = new TextDecoder().decode(body);
  const { code, detail, name } = text === "" ? {} as Record<string, string> : JSON.parse(text);
  const known = code !== undefined && code in EXIT_CODES ? code as ErrorCode : undefined;
  // Another version may meet the precondition of the next request.
  const retryable = statusCode === 412 || statusCode === 503;
  return new FtError(known ?? CODES[statusCode!] ?? "internal", detail ?? `${statusCode}`, {
    name: name ?? target,
    retryable,
  });
}
