/**
 * Answers of an object store that need more than their status.
 *
 * @module
 */

import { errorOf } from "./store_error.ts";
import { parseAnswer, type XmlRecord } from "./xml.ts";

/**
 * Reads the result of a request that is answered before it is done.
 *
 * @param name The file, for errors.
 * @throws The error in the answer, whose status is 200 nevertheless.
 */
export function resultOf(text: string, name?: string): XmlRecord {
  const { name: root, fields } = parseAnswer(text);
  if (root !== "Error") return fields;
  const [code, message] = [fields.get("Code") ?? "", fields.get("Message") ?? ""];
  throw errorOf({ status: code === "InternalError" ? 500 : 200, code, message }, name);
}

/** A name in a listing with `encoding-type=url`, which is encoded as in a form. */
export function decodeName(text: string): string {
  return decodeURIComponent(text.replaceAll("+", "%20"));
}
