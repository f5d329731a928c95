/**
 * Requests that a page of another site makes a browser send.
 *
 * @module
 */

import { HttpError } from "../http/http_error.ts";
import type { Exchange } from "./exchange.ts";

/** Methods that change nothing. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH"]);

/**
 * Refuses what another site's page must not do: change anything. It cannot read answers either, as
 * the browser keeps them from it.
 *
 * @param trusted Origins that may.
 * @throws {HttpError} 403.
 */
export function requireSameSite(
  { method, headers, origin }: Pick<Exchange, "method" | "headers" | "origin">,
  trusted: ReadonlySet<string>,
): void {
  if (SAFE.has(method)) return;
  const from = headers.get("origin");
  if (from !== null && trusted.has(from)) return;
  const site = headers.get("sec-fetch-site");
  // Every browser sends one of the fields; other programs send neither.
  const same = from === null ? site === null || isOwn(site) : sameHost(from, origin);
  if (same && (site === null || isOwn(site))) return;
  throw new HttpError(403, `a page of another site must not ${method}`);
}

function isOwn(site: string): boolean {
  return site === "same-origin" || site === "none";
}

/** Behind a proxy that adds TLS, only the schemes differ. */
function sameHost(a: string, b: string): boolean {
  return URL.parse(a)?.host === URL.parse(b)?.host;
}

/**
 * The header fields that let pages of a trusted origin read the answer (CORS).
 *
 * @returns `undefined` for a request from no such page.
 */
export function corsFields(
  { headers }: Pick<Exchange, "headers">,
  trusted: ReadonlySet<string>,
): Readonly<Record<string, string>> | undefined {
  const from = headers.get("origin");
  if (from === null || !trusted.has(from)) return undefined;
  return {
    "access-control-allow-origin": from,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers":
      "ETag, Content-Range, Accept-Ranges, Repr-Digest, Location, Content-Location, Retry-After, " +
      "Link, Upload-Offset, Upload-Length, Upload-Defer-Length, Upload-Metadata, Upload-Expires, " +
      "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm",
  };
}

/** The answer to the question of a browser whether such a page may send a request. */
export function preflight({ headers }: Pick<Exchange, "headers">): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": headers.get("access-control-request-method") ?? "",
      "access-control-allow-headers": headers.get("access-control-request-headers") ?? "",
      "access-control-max-age": "600",
      vary: "Origin",
    },
  });
}

/** Whether a request is that question. */
export function isPreflight({ method, headers }: Pick<Exchange, "method" | "headers">): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}
