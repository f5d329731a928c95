/**
 * Reads XML that a client sends. It is strict, and has no DTD: no entities but the five of XML, and
 * nothing that is loaded from elsewhere.
 *
 * @module
 */

import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../../base/limits.ts";
import { HttpError } from "../../http/http_error.ts";
import type { XmlAttribute, XmlElement } from "./element.ts";

/** The namespace of declarations. */
const XMLNS = "http://www.w3.org/2000/xmlns/";

interface OpenElement extends XmlElement {
  readonly content: (XmlElement | string)[];
}

/**
 * Parses a document.
 *
 * @returns Its root.
 * @throws {HttpError} 400 for XML that is not well-formed, 413 for too much of it.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let nodes = 0;
  const count = () => {
    if (++nodes > MAX_XML_NODES) throw tooMuch(`more than ${MAX_XML_NODES} nodes`);
  };
  parser.on("doctype", () => {
    throw invalid("a document type is not allowed");
  });
  parser.on("opentagstart", () => {
    count();
    if (open.length >= MAX_XML_DEPTH) throw tooMuch(`deeper than ${MAX_XML_DEPTH} elements`);
  });
  parser.on("attribute", count);
  parser.on("opentag", (tag) => {
    const element = elementOf(tag);
    open.at(-1)?.content.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const addText = (text: string) => {
    count();
    open.at(-1)?.content.push(text);
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  try {
    parser.write(text).close();
  } catch (error) {
    throw error instanceof HttpError ? error : invalid((error as Error).message, error);
  }
  if (root === undefined) throw invalid("no element");
  return root;
}

function elementOf({ uri, local, prefix, attributes }: SaxesTagNS): OpenElement {
  const all = Object.values(attributes);
  const undeclared = all.find(({ uri, prefix, value }) =>
    uri === XMLNS && prefix === "xmlns" && value === ""
  );
  // The parser lets it pass (Namespaces in XML 1.0, 5).
  if (undeclared !== undefined) throw invalid(`the prefix ${undeclared.local} has no namespace`);
  const own = all.filter(({ uri }) => uri !== XMLNS).map(attributeOf);
  return { namespace: uri, name: local, prefix, attributes: own, content: [] };
}

function attributeOf({ uri, local, prefix, value }: SaxesAttributeNS): XmlAttribute {
  return { namespace: uri, name: local, prefix, value };
}

function invalid(message: string, cause?: unknown): HttpError {
  return new HttpError(400, `invalid XML: ${message}`, { code: "protocol", cause });
}

function tooMuch(message: string): HttpError {
  return new HttpError(413, `too much XML: ${message}`);
}
