/**
 * Requests that say how much of their body was sent, which `fetch` does not.
 *
 * @module
 */

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
