/**
 * Signed requests to an object store: one at a time for each call, a bounded number at once, and
 * again after a wait while the store is busy.
 *
 * @module
 */

import { AwsV4Signer } from "aws4fetch";
import { FtError } from "../base/errors.ts";
import {
  LARGE_BODY_BYTES,
  MAX_STORE_REQUESTS,
  STORE_RETRIES,
  STORE_RETRY_MS,
  STORE_TIMEOUT_MS,
} from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { untrustedFetch } from "../net/handshake_failure.ts";
import { DialError } from "../net/dial_error.ts";
import { anySignal, delay } from "../base/signals.ts";
import { StoreLines } from "./store_lines.ts";
import { errorOf, isBusy, type Refusal, refusalOf, unreachable } from "./store_error.ts";
import type { StoreCredentials, StorePlace } from "./store_url.ts";

/** A request to a store. */
export interface StoreRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** The name of the object; absent for the bucket. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  /** The file, for errors. @default none */
  readonly name?: string | undefined;
  /** Statuses besides those of success that are returned. @default none */
  readonly accepted?: readonly number[];
  /** Whether it may be repeated when no answer came. @default the method, without a condition */
  readonly repeatable?: boolean;
  /** Whether it is tried only once. @default {false} */
  readonly once?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer; its body must be read or cancelled. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly response: Response;
}

/** The numbers of requests so far. */
export interface StoreCounts {
  readonly requests: number;
  /** Attempts after the first. */
  readonly retries: number;
}

/** Sends requests to one bucket. Disposing it closes idle connections. */
export class S3Client implements AsyncDisposable {
  readonly #place: StorePlace;
  readonly #credentials: StoreCredentials;
  readonly #slots = new Semaphore(MAX_STORE_REQUESTS);
  /** Keys derived from the secret, for one day. */
  readonly #keys = new Map<string, ArrayBuffer>();
  readonly #closed = new AbortController();
  readonly #counts = { requests: 0, retries: 0 };
  readonly #retryMs: number;
  readonly #lines: StoreLines;
  /** For endpoints with a certificate of an authority that the runtime does not know. */
  readonly #http: Deno.HttpClient | undefined;
  #fault: FtError | undefined;

  /**
   * @param retryMs The first wait while the store is busy, in milliseconds.
   * @param keep Whether connections for large bodies are used again, and must be closed.
   */
  constructor(
    place: StorePlace,
    credentials: StoreCredentials,
    retryMs: number = STORE_RETRY_MS,
    keep = false,
  ) {
    const { authorities } = place;
    this.#lines = new StoreLines(keep, authorities === undefined ? [] : [authorities]);
    this.#http = authorities === undefined
      ? undefined
      : Deno.createHttpClient({ caCerts: [authorities] });
    this.#retryMs = retryMs;
    this.#place = place;
    this.#credentials = credentials;
  }

  /** The numbers of requests so far. */
  get counts(): StoreCounts {
    return { ...this.#counts };
  }

  /** Why the store could not be used the last time; `undefined` if it could. */
  get fault(): FtError | undefined {
    return this.#fault;
  }

  /**
   * Sends a request and returns the answer with its body to be read.
   *
   * @throws `network` (retryable) without an answer, `tls` for a certificate that is not trusted, `limit` (retryable) for a busy store, `not_allowed`,
   *   `not_found`, `conflict`, `disk_full` and others for what the store refuses; the signal's reason.
   */
  async send(request: StoreRequest): Promise<StoreAnswer> {
    for (let attempt = 0;; attempt++) {
      const last = request.once === true || attempt >= STORE_RETRIES;
      const answer = await this.#attempt(request, last);
      if (answer !== null) return answer;
      this.#counts.retries++;
      // Clients that were refused together do not come back together.
      const waitMs = this.#retryMs * 2 ** attempt * (0.5 + Math.random() / 2);
      await delay(waitMs, anySignal(request.signal, this.#closed.signal));
    }
  }

  /** Sends a request and reads the answer as text. */
  async text(request: StoreRequest): Promise<string> {
    const { response } = await this.send(request);
    try {
      return await response.text();
    } catch (cause) {
      throw this.#failed(cause, request);
    }
  }

  /** Sends a request and reads the answer as bytes. */
  async bytes(request: StoreRequest): Promise<StoreAnswer & { bytes: Uint8Array<ArrayBuffer> }> {
    const answer = await this.send(request);
    try {
      return { ...answer, bytes: await answer.response.bytes() };
    } catch (cause) {
      throw this.#failed(cause, request);
    }
  }

  /** Sends a request and discards the body of the answer. */
  async head(request: StoreRequest): Promise<StoreAnswer> {
    const answer = await this.send(request);
    await answer.response.body?.cancel();
    return answer;
  }

  /** @returns `null` if another attempt can help. */
  async #attempt(request: StoreRequest, last: boolean): Promise<StoreAnswer | null> {
    using _slot = await this.#slots.acquire(request.signal);
    let response: Response;
    try {
      response = await this.#fetch(request);
    } catch (cause) {
      if (cause instanceof FtError) throw cause;
      const failed = this.#failed(cause, request);
      if (last || !failed.retryable || !isRepeatable(request)) throw failed;
      return null;
    }
    const { status, headers } = response;
    if (response.ok || request.accepted?.includes(status)) {
      this.#fault = undefined;
      return { status, headers, response };
    }
    const refusal = await this.#refusal(response, request);
    if (isBusy(refusal) && !last) return null;
    throw this.#refused(refusal, request.name);
  }

  async #refusal(response: Response, request: StoreRequest): Promise<Refusal> {
    try {
      return refusalOf(response.status, await response.text());
    } catch (cause) {
      throw this.#failed(cause, request);
    }
  }

  #refused(refusal: Refusal, name: string | undefined): FtError {
    const error = errorOf(refusal, name);
    const lasting = error.code === "not_allowed" || isBusy(refusal) ||
      refusal.code === "NoSuchBucket";
    this.#fault = lasting ? errorOf(refusal) : undefined;
    return error;
  }

  #failed(cause: unknown, { signal, name }: StoreRequest): FtError {
    anySignal(signal, this.#closed.signal).throwIfAborted();
    const { host } = new URL(this.#place.endpoint);
    const untrusted = untrustedFetch(cause, host, "trust its authority with --store-ca");
    this.#fault = untrusted ?? unreachable(cause);
    return untrusted ?? unreachable(cause, name);
  }

  async #fetch({ method, key, query, headers, body, signal }: StoreRequest): Promise<Response> {
    this.#counts.requests++;
    const { accessKey, secretKey } = this.#credentials;
    const { url, headers: signed } = await new AwsV4Signer({
      ...{ method, url: this.#url(key, query), headers, service: "s3", cache: this.#keys },
      ...{ accessKeyId: accessKey, secretAccessKey: secretKey, region: this.#place.region },
    }).sign();
    const timeout = AbortSignal.timeout(STORE_TIMEOUT_MS);
    const ended = anySignal(signal, this.#closed.signal, timeout);
    if (method === "PUT" && body instanceof Uint8Array && body.length >= LARGE_BODY_BYTES) {
      try {
        return await this.#lines.put({ url, headers: signed, body, signal: ended });
      } catch (cause) {
        // Where a proxy leads to the store, only the runtime knows it.
        if (!(cause instanceof DialError)) throw new TypeError("no answer", { cause });
      }
    }
    return await fetch(url, {
      ...{ method, headers: signed, body: body ?? null, redirect: "manual" },
      signal: ended,
      ...(this.#http === undefined ? {} : { client: this.#http }),
    });
  }

  /** Ends the requests that are under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new FtError("interrupted", "the store was closed"));
    await this.#lines[Symbol.asyncDispose]();
    this.#http?.close();
  }

  #url(key: string | undefined, query: Readonly<Record<string, string>> = {}): string {
    const { endpoint, bucket } = this.#place;
    const path = key === undefined ? "" : `/${encodeKey(key)}`;
    const params = Object.entries(query).map(([name, value]) =>
      value === "" ? name : `${name}=${encodeURIComponent(value)}`
    );
    return `${endpoint}/${bucket}${path}${params.length === 0 ? "" : `?${params.join("&")}`}`;
  }

  /** The header that names an object to copy. */
  sourceOf(key: string): string {
    return `/${this.#place.bucket}/${encodeKey(key)}`;
  }
}

/**
 * The name of an object in the path of a URL.
 *
 * @throws `not_allowed` for a name with dots that a URL would resolve: it would be another object's.
 */
function encodeKey(key: string): string {
  if (/(^|\/)\.{1,2}(\/|$)/.test(key)) {
    throw new FtError("not_allowed", `an object of this name cannot be requested: ${key}`);
  }
  return encodeURIComponent(key).replaceAll("%2F", "/");
}

/** A condition may have been met by the attempt whose answer was lost. */
function isRepeatable({ method, headers = {}, repeatable }: StoreRequest): boolean {
  if (repeatable !== undefined) return repeatable;
  const conditional = Object.keys(headers).some((name) => name.toLowerCase().startsWith("if-"));
  return method === "GET" || method === "HEAD" || method === "DELETE" ||
    (method === "PUT" && !conditional);
}
