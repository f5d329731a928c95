/**
 * The head of an HTTP/1.1 request (RFC 9112). A head that two programs could read in different ways
 * is refused, as that is how requests are smuggled past a proxy.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { MAX_WEB_FIELDS, MAX_WEB_TARGET_CHARS } from "../../base/limits.ts";
import { type BodyFraming, bodyFraming, type Field } from "./body_framing.ts";
import { badRequest, HttpError } from "./http_error.ts";

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** The path of the target, as it was sent: percent-encoded, and it begins with `/`; or `*`. */
  readonly path: string;
  /** The query of the target, without its question mark. */
  readonly query: string;
  /** The host that the client addresses, with its port; empty in HTTP/1.0. */
  readonly host: string;
  readonly headers: Headers;
  readonly body: BodyFraming;
  /** Whether the client can read an answer in chunks. */
  readonly readsChunks: boolean;
  /** Whether the client wants to send another request on this connection. */
  readonly keepAlive: boolean;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) ([\x21-\x7e]+) HTTP\/(\d)\.(\d)$/;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
// deno-lint-ignore no-control-regex
const NO_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Parses a head.
 *
 * @param bytes Everything up to the empty line, which is included.
 * @throws {HttpError} 400, 414, 431, 501 or 505.
 */
export function parseHead(bytes: Uint8Array): RequestHead {
  const [line = "", ...rest] = linesOf(bytes);
  const [, method, target, major, minor] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined) throw badRequest("its first line");
  if (major !== "1") throw new HttpError(505, "this server speaks HTTP/1.1", { code: "protocol" });
  if (target.length > MAX_WEB_TARGET_CHARS) throw new HttpError(414, "the target is too long");
  if (rest.length > MAX_WEB_FIELDS) throw new HttpError(431, "too many header fields");
  const fields = rest.map(parseField);
  const old = minor === "0";
  const headers = new Headers(fields as [string, string][]);
  const connection = optionsOf(headers.get("connection"));
  return {
    ...{ method, headers, ...parseTarget(method, target, hostOf(fields, old)) },
    body: bodyFraming(fields, old),
    readsChunks: !old,
    keepAlive: old ? connection.includes("keep-alive") : !connection.includes("close"),
  };
}

/** @throws {HttpError} For line ends other than CR LF. */
function linesOf(bytes: Uint8Array): string[] {
  const { buffer, byteOffset, length } = bytes;
  const lines = Buffer.from(buffer, byteOffset, length).toString("latin1").split("\r\n");
  if (lines.some((line) => /[\r\n\0]/.test(line))) throw badRequest("a line end without CR LF");
  return lines.slice(0, -2);
}

function parseField(line: string): Field {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  // A field that is continued on the next line begins with a space, which no name does.
  if (!NAME.test(name)) throw badRequest("the name of a header field");
  let [start, end] = [colon + 1, line.length];
  while (isBlank(line[start])) start++;
  while (end > start && isBlank(line[end - 1])) end--;
  const value = line.slice(start, end);
  if (NO_VALUE.test(value)) throw badRequest(`the value of the header field ${name}`);
  return [name.toLowerCase(), value];
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function hostOf(fields: readonly Field[], old: boolean): string {
  const hosts = fields.filter(([name]) => name === "host");
  if (hosts.length > 1 || hosts.length === 0 && !old) throw badRequest("it needs one Host field");
  return hosts[0]?.[1] ?? "";
}

/** The forms of a target (RFC 9112, 3.2): a path, a URL, whose host counts instead, or `*`. */
function parseTarget(
  method: string,
  target: string,
  host: string,
): Pick<RequestHead, "path" | "query" | "host"> {
  if (target === "*" && method === "OPTIONS") return { path: "*", query: "", host };
  const [, authority, rest] = /^(?:https?:\/\/([^/?#@]+))?((?:[/?].*)?)$/i.exec(target) ?? [];
  if (rest === undefined || (authority === undefined && !rest.startsWith("/"))) {
    throw badRequest("its target");
  }
  const [path = "", ...query] = rest.split("?");
  if (rest.includes("#")) throw badRequest("its target has a fragment");
  return { path: path || "/", query: query.join("?"), host: authority ?? host };
}

/** The lower-case options in a list such as that of `Connection`. */
export function optionsOf(value: string | null): readonly string[] {
  return value === null ? [] : value.toLowerCase().split(",").map((option) => option.trim());
}
