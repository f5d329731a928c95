/**
 * The body of `PROPPATCH` (RFC 4918, 14.19).
 *
 * @module
 */

import { MAX_WEB_PROPERTIES } from "../../base/limits.ts";
import { HttpError } from "../http/http_error.ts";
import { childrenOf, isDav, type XmlAttribute, type XmlElement } from "./xml/element.ts";

/** The change of a property. */
export interface PropertyUpdate {
  /** The property, with its value if it is set. */
  readonly property: XmlElement;
  readonly remove: boolean;
}

/**
 * Reads a body.
 *
 * @returns The changes in their order.
 * @throws {HttpError} 400 for another document, 413 for too many changes.
 */
export function updatesOf(root: XmlElement | null): readonly PropertyUpdate[] {
  if (root === null || !isDav(root, "propertyupdate")) {
    throw new HttpError(400, "the body is no propertyupdate element");
  }
  const updates: PropertyUpdate[] = [];
  for (const action of childrenOf(root)) {
    const remove = isDav(action, "remove");
    if (!remove && !isDav(action, "set")) continue;
    for (const prop of childrenOf(action).filter((child) => isDav(child, "prop"))) {
      const language = languageOf(prop) ?? languageOf(action) ?? languageOf(root);
      for (const property of childrenOf(prop)) {
        updates.push({ property: withLanguage(property, language), remove });
      }
    }
  }
  if (updates.length === 0) throw new HttpError(400, "propertyupdate changes nothing");
  if (updates.length > MAX_WEB_PROPERTIES) {
    throw new HttpError(413, `more than ${MAX_WEB_PROPERTIES} properties`);
  }
  return updates;
}

function languageOf({ attributes }: XmlElement): XmlAttribute | undefined {
  return attributes.find(({ prefix, name }) => prefix === "xml" && name === "lang");
}

/** A value keeps the language that it has by an element around it (RFC 4918, 4.3). */
function withLanguage(property: XmlElement, language: XmlAttribute | undefined): XmlElement {
  if (language === undefined || languageOf(property) !== undefined) return property;
  return { ...property, attributes: [...property.attributes, language] };
}
