/**
 * Sends requests with the browser.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import type { Answer, Transport } from "./transport.ts";

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
