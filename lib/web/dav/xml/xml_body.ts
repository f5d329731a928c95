/**
 * The body of a request as XML.
 *
 * @module
 */

import { MAX_XML_BYTES } from "../../../base/limits.ts";
import { HttpError } from "../../http/http_error.ts";
import type { RequestBody } from "../../http/request_body.ts";
import type { XmlElement } from "./element.ts";
import { parseXml } from "./parse_xml.ts";

/**
 * Reads a body as XML, regardless of its `Content-Type`: clients send several, or none.
 *
 * @returns Its root; `null` for an empty body.
 * @throws {HttpError} As {@linkcode RequestBody.bytes} and {@linkcode parseXml}.
 */
export async function xmlBody(body: Pick<RequestBody, "bytes">): Promise<XmlElement | null> {
  const bytes = await body.bytes(MAX_XML_BYTES);
  return bytes.length === 0 ? null : parseXml(decodeXml(bytes));
}

/** Decodes UTF-8, or UTF-16 that begins with its mark: a reader of XML must know both. */
export function decodeXml(bytes: Uint8Array<ArrayBuffer>): string {
  const mark = (bytes[0] ?? 0) << 8 | (bytes[1] ?? 0);
  const encoding = mark === 0xfeff ? "utf-16be" : mark === 0xfffe ? "utf-16le" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HttpError(400, `invalid XML: it is not ${encoding}`, { code: "protocol", cause });
  }
}
