/**
 * The body of `LOCK` (RFC 4918, 14.11).
 *
 * @module
 */

import { MAX_LOCK_OWNER_CHARS } from "../../../base/limits.ts";
import { HttpError } from "../../http/http_error.ts";
import { SCOPE } from "../multistatus.ts";
import { davChild, isDav, type XmlElement } from "../xml/element.ts";
import { writeXml } from "../xml/write_xml.ts";

/** A lock that a client asks for. */
export interface WantedLock {
  readonly shared: boolean;
  /** The element `owner`, as XML in `SCOPE`. @default none */
  readonly owner?: string;
}

/**
 * Reads a body.
 *
 * @throws {HttpError} 400 for another document, 413 for a long owner, 422 for a type of lock that
 *   there is not.
 */
export function wantedLock(root: XmlElement): WantedLock {
  if (!isDav(root, "lockinfo")) throw new HttpError(400, "the body is no lockinfo element");
  const scope = davChild(root, "lockscope");
  const type = davChild(root, "locktype");
  if (scope === undefined || type === undefined) {
    throw new HttpError(400, "lockinfo has the elements lockscope and locktype");
  }
  const shared = davChild(scope, "shared") !== undefined;
  const exclusive = davChild(scope, "exclusive") !== undefined;
  if (davChild(type, "write") === undefined || shared === exclusive) {
    throw new HttpError(422, "a lock is an exclusive or a shared write lock");
  }
  const owner = davChild(root, "owner");
  if (owner === undefined) return { shared };
  const text = writeXml(owner, SCOPE);
  if (text.length > MAX_LOCK_OWNER_CHARS) {
    throw new HttpError(413, `the owner is longer than ${MAX_LOCK_OWNER_CHARS} characters`);
  }
  return { shared, owner: text };
}
