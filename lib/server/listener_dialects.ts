/**
 * The dialects that clients of a listener may speak.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { Dialect, OwnDialect } from "../dialects/dialect.ts";
import { framed } from "../dialects/framed.ts";
import { http } from "../dialects/http.ts";
import { json } from "../dialects/json.ts";
import { line } from "../dialects/line.ts";
import { native } from "../dialects/native/native.ts";
import { oneshot } from "../dialects/oneshot.ts";
import { tlsHello } from "../dialects/tls_hello.ts";
import { updown } from "../dialects/updown.ts";
import type { ListenUrl } from "../net/listen_url.ts";

/** All dialects; they are recognised by the first bytes, so their order does not matter. */
const DIALECTS: readonly Dialect[] = [
  ...[native, line, framed, oneshot, updown, json],
  ...[http, tlsHello],
];

/** Returns the dialect of a listener of its own. @throws `usage` for anything else. */
export function asDialect(own: OwnDialect): Dialect {
  if ("serve" in own) return own as OwnDialect & Dialect;
  throw new FtError("usage", `not a dialect: ${own.name}`);
}

/**
 * Finds the dialects of a listener: over TLS only the native one, else the pinned one, or all.
 *
 * @throws `usage` for a dialect that does not exist.
 */
export function dialectsOf(url: ListenUrl): readonly Dialect[] {
  if (url.encrypted) return [native];
  if (url.dialect === undefined) return DIALECTS;
  const pinned = DIALECTS.filter(({ name, refusal }) => name === url.dialect && !refusal);
  if (pinned.length === 0) throw new FtError("usage", `unknown dialect: ${url.dialect}`);
  return pinned;
}
