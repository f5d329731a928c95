/**
 * Writes XML.
 *
 * @module
 */

import type { XmlElement } from "./element.ts";

/** The namespaces that prefixes stand for where an element is written. */
export type XmlScope = ReadonlyMap<string, string>;

/** The scope of a document. The prefix `xml` needs no declaration. */
export const NO_SCOPE: XmlScope = new Map([
  ["", ""],
  ["xml", "http://www.w3.org/XML/1998/namespace"],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // A reader would turn them into a line feed or a space.
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};
// deno-lint-ignore no-control-regex
const NOT_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Most text has none of these. */
// deno-lint-ignore no-control-regex
const SPECIAL = /[&<>"\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]/;

/** Escapes text. A character that XML cannot contain becomes U+FFFD. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return clean(text).replace(/[&<>"\r]/g, (c) => ESCAPES[c]!);
}

function escapeAttribute(value: string): string {
  return clean(value).replace(/[&<>"\r\n\t]/g, (c) => ESCAPES[c]!);
}

function clean(text: string): string {
  return text.toWellFormed().replace(NOT_XML, "\ufffd");
}

/**
 * Writes an element with everything below it. It declares the prefixes that the scope does not have,
 * so the text can be put below any element with that scope.
 */
export function writeXml(element: XmlElement, scope: XmlScope = NO_SCOPE): string {
  let inner = scope;
  let fields = "";
  const declare = (prefix: string, namespace: string) => {
    if (inner.get(prefix) === namespace) return;
    inner = new Map([...inner, [prefix, namespace]]);
    fields += ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(namespace)}"`;
  };
  declare(element.prefix, element.namespace);
  // An attribute without a prefix has no namespace, not the default one.
  for (const { prefix, namespace } of element.attributes) {
    if (prefix !== "") declare(prefix, namespace);
  }
  for (const attribute of element.attributes) {
    fields += ` ${prefixed(attribute)}="${escapeAttribute(attribute.value)}"`;
  }
  const tag = prefixed(element);
  if (element.content.length === 0) return `<${tag}${fields}/>`;
  const content = element.content.map((part) =>
    typeof part === "string" ? escapeXml(part) : writeXml(part, inner)
  );
  return `<${tag}${fields}>${content.join("")}</${tag}>`;
}

/** The prefix and the name of an element. */
export function prefixed({ prefix, name }: Pick<XmlElement, "prefix" | "name">): string {
  return prefix === "" ? name : `${prefix}:${name}`;
}
