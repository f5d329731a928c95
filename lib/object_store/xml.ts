/**
 * Reads the XML of an object store: elements with text, and lists of them.
 *
 * @module
 */

import { SaxesParser } from "saxes";
import { protocolError } from "../base/errors.ts";

/** The key under which a record has the name of its own element. */
export const ELEMENT = "";

/** The elements directly inside a chosen element, by name; of several the last one. */
export type XmlRecord = ReadonlyMap<string, string>;

/** A document: the elements of its root, and of each chosen element in it. */
export interface XmlAnswer {
  /** The name of the root. */
  readonly name: string;
  readonly fields: XmlRecord;
  /** One record for each chosen element, in order. */
  readonly records: readonly XmlRecord[];
}

/**
 * Parses an answer.
 *
 * @param chosen Names of the elements below the root that are records. @default none
 * @throws `protocol` for anything but XML.
 */
export function parseAnswer(text: string, chosen: readonly string[] = []): XmlAnswer {
  const fields = new Map<string, string>();
  const records: Map<string, string>[] = [];
  const open: string[] = [];
  let value = "";
  let root = "";
  const parser = new SaxesParser({ xmlns: false });
  parser.on("opentag", ({ name }) => {
    value = "";
    root ||= name;
    if (open.length === 1 && chosen.includes(name)) records.push(new Map([[ELEMENT, name]]));
    open.push(name);
  });
  parser.on("text", (piece) => {
    value += piece;
  });
  parser.on("closetag", ({ name }) => {
    open.pop();
    if (open.length === 1) fields.set(name, value);
    else if (open.length === 2 && chosen.includes(open[1]!)) records.at(-1)!.set(name, value);
    value = "";
  });
  try {
    parser.write(legible(text)).close();
  } catch (cause) {
    throw protocolError("the store answered with something else than XML", cause);
  }
  return { name: root, fields, records };
}

/** References to characters by their number. */
const REFERENCE = /&#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));/gi;
/** Characters that XML does not have. */
// deno-lint-ignore no-control-regex
const ILLEGIBLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/**
 * Replaces characters that XML does not have. Names of objects may contain them; stores repeat such a
 * name in their answers, besides where it is encoded.
 */
function legible(text: string): string {
  return text.replaceAll(REFERENCE, (reference, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff && !isIllegible(String.fromCodePoint(code)) ? reference : "\ufffd";
  }).replaceAll(new RegExp(ILLEGIBLE, "g"), "\ufffd");
}

/** Whether a text has characters that XML does not have, so that no document can contain it. */
export function isIllegible(text: string): boolean {
  return ILLEGIBLE.test(text);
}
