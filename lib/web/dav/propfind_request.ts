/**
 * The body of `PROPFIND` (RFC 4918, 14.20).
 *
 * @module
 */

import { MAX_WEB_PROPERTIES } from "../../base/limits.ts";
import { HttpError } from "../http/http_error.ts";
import { childrenOf, davChild, isDav, type XmlElement, type XmlName } from "./xml/element.ts";

/** A property that is asked for, with the prefix of the request. */
export type AskedProperty = XmlName & { readonly prefix: string };

/** The properties that a client asks for. */
export type PropertyQuestion =
  /** All dead and common live ones, and those of `include`. */
  | { readonly kind: "all"; readonly include: readonly AskedProperty[] }
  /** The names of all. */
  | { readonly kind: "names" }
  | { readonly kind: "some"; readonly names: readonly AskedProperty[] };

/**
 * Reads a body.
 *
 * @param root Its root; without a body, all properties are asked for.
 * @throws {HttpError} 400 for another document, 413 for too many names.
 */
export function questionOf(root: XmlElement | null): PropertyQuestion {
  if (root === null) return { kind: "all", include: [] };
  if (!isDav(root, "propfind")) throw new HttpError(400, "the body is no propfind element");
  const some = davChild(root, "prop");
  const kinds = ["prop", "propname", "allprop"].filter((kind) => davChild(root, kind));
  if (kinds.length !== 1) {
    throw new HttpError(400, "propfind has one of the elements prop, propname and allprop");
  }
  if (some !== undefined) return { kind: "some", names: namesIn(some) };
  if (kinds[0] === "propname") return { kind: "names" };
  const include = davChild(root, "include");
  return { kind: "all", include: include === undefined ? [] : namesIn(include) };
}

/** The names of the elements below one. @throws {HttpError} 413 for too many. */
export function namesIn(element: XmlElement): readonly AskedProperty[] {
  const children = childrenOf(element);
  if (children.length > MAX_WEB_PROPERTIES) {
    throw new HttpError(413, `more than ${MAX_WEB_PROPERTIES} properties`);
  }
  return children.map(({ namespace, prefix, name }) => ({ namespace, prefix, name }));
}
