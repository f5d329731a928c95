/**
 * URLs of object stores: `s3://BUCKET[/PREFIX]?endpoint=URL&region=R`.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** The region of a store that has none. */
const DEFAULT_REGION = "us-east-1";
/** The rules of S3 for names of buckets, and underscores, which older buckets have. */
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

/** A place in an object store. */
export interface StorePlace {
  /** An HTTP URL without a path. */
  readonly endpoint: string;
  /** The name of the bucket. */
  readonly bucket: string;
  /** Precedes the name of each object: empty, or with a `/` at its end. */
  readonly prefix: string;
  /** The region, which signatures contain. */
  readonly region: string;
  /**
   * Certificates in PEM of authorities for `https://`, besides those of the runtime. @default none
   */
  readonly authorities?: string | undefined;
}

/** Logs in to a store. */
export interface StoreCredentials {
  /** Names the account; not a secret. */
  readonly accessKey: string;
  /** Signs requests; never logged. */
  readonly secretKey: string;
}

function invalid(why: string): FtError {
  const message = `--store: expected s3://BUCKET[/PREFIX]?endpoint=URL&region=R, ${why}`;
  return new FtError("usage", message, { name: "store" });
}

/**
 * Parses the URL of a store. Without an endpoint it is the one of Amazon for the region.
 *
 * @throws `usage` for anything else; the text never has what may be a password.
 *
 * @example
 * ```ts
 * import { parseStoreUrl } from "./store_url.ts";
 *
 * const { bucket, prefix } = parseStoreUrl("s3://files/team?endpoint=http://127.0.0.1:7480");
 * if (bucket !== "files" || prefix !== "team/") throw new Error();
 * ```
 */
export function parseStoreUrl(text: string): StorePlace {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "s3:") throw invalid("got another kind of URL");
  if (url.username !== "" || url.password !== "") {
    throw invalid("and the credentials not in it, where other users can see them");
  }
  if (!BUCKET.test(url.hostname)) throw invalid(`and ${url.hostname || "nothing"} is no bucket`);
  const known = ["endpoint", "region"];
  const other = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (other !== undefined) throw invalid(`got the parameter ${other}`);
  const region = url.searchParams.get("region") || DEFAULT_REGION;
  if (!/^[\w-]+$/.test(region)) throw invalid(`and ${region} is no region`);
  const endpoint = url.searchParams.get("endpoint") ?? `https://s3.${region}.amazonaws.com`;
  return {
    endpoint: originOf(endpoint),
    bucket: url.hostname,
    prefix: prefixOf(url.pathname),
    region,
  };
}

function originOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/" &&
    url.search === "" && url.username === "" && url.password === "";
  if (!plain) throw invalid("and the endpoint is no URL such as https://host:port");
  return url.origin;
}

function prefixOf(path: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch (cause) {
    throw new FtError("usage", "--store: the prefix is not valid", { name: "store", cause });
  }
  const names = decoded.split("/").filter((name) => name !== "");
  if (names.some((name) => name === "." || name === "..")) throw invalid("and the prefix has dots");
  return names.map((name) => `${name}/`).join("");
}

/** The store as people read it, such as `s3://files/team at https://host`. */
export function describeStore({ bucket, prefix, endpoint }: StorePlace): string {
  return `s3://${bucket}/${prefix} at ${endpoint}`;
}
