/**
 * Requests that say how much of their body was sent, which `fetch` does not.
 *
 * @module
 */

import { ApiError } from "../api.ts";

/** A request with a file, or a part of one. */
export interface Sending {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob | undefined;
  /** Called with the number of bytes of the body that were sent so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  /** The value of a header field; `null` without it. */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Sends a request. Throws an `ApiError` with the code `network` if there is no answer. */
export type Transport = (sending: Sending) => Promise<Answer>;

/** Milliseconds without progress after which a connection counts as lost. */
const STALL_MS = 60_000;

/** Sends a request with the browser. */
export const sendRequest: Transport = (sending) => {
  const { method, url, headers, body, onProgress, signal } = sending;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  const lost = () => reject(new ApiError(0, "network", "no answer"));
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), STALL_MS);
  };
  const abort = () => {
    reject(signal.reason);
    request.abort();
  };
  signal.addEventListener("abort", abort);
  request.upload.onprogress = ({ loaded }) => {
    wait();
    onProgress?.(loaded);
  };
  request.onload = () =>
    resolve({
      status: request.status,
      header: (name) => request.getResponseHeader(name),
      text: request.responseText,
    });
  request.onerror = lost;
  request.onabort = lost;
  request.onloadend = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  };
  wait();
  request.send(body ?? null);
  return promise;
};
