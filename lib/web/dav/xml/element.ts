/**
 * Elements of XML, with their namespaces resolved.
 *
 * @module
 */

/** The namespace of WebDAV. */
export const DAV = "DAV:";

/** The name of an element or an attribute. */
export interface XmlName {
  /** Its namespace; empty for none. */
  readonly namespace: string;
  /** Its name without a prefix. */
  readonly name: string;
}

/** An attribute; declarations of namespaces are none. */
export interface XmlAttribute extends XmlName {
  /** The prefix that the document used; empty for none. */
  readonly prefix: string;
  readonly value: string;
}

/** An element. */
export interface XmlElement extends XmlName {
  /** The prefix that the document used; empty for none. */
  readonly prefix: string;
  readonly attributes: readonly XmlAttribute[];
  /** Elements and text, in order. */
  readonly content: readonly (XmlElement | string)[];
}

/** Whether it is the element of WebDAV with this name. */
export function isDav(element: XmlName, name: string): boolean {
  return element.namespace === DAV && element.name === name;
}

/** The elements directly below one. */
export function childrenOf({ content }: Pick<XmlElement, "content">): XmlElement[] {
  return content.filter((part): part is XmlElement => typeof part !== "string");
}

/** The first element of WebDAV with this name directly below one. */
export function davChild(of: Pick<XmlElement, "content">, name: string): XmlElement | undefined {
  return childrenOf(of).find((child) => isDav(child, name));
}

/** The text directly below an element, without the space around it. */
export function textOf({ content }: Pick<XmlElement, "content">): string {
  return content.filter((part) => typeof part === "string").join("").trim();
}

/** Creates an element of WebDAV. */
export function dav(name: string, ...content: readonly (XmlElement | string)[]): XmlElement {
  return { namespace: DAV, prefix: "D", name, attributes: [], content };
}
