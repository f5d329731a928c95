/**
 * Answers about several resources (RFC 4918, 13), and errors in XML.
 *
 * @module
 */

import { REASONS } from "../http/reasons.ts";
import { sized } from "../http/problem.ts";
import { startedStream } from "../http/started_stream.ts";
import { textPieces } from "../http/text_pieces.ts";
import { DAV, dav, type XmlElement } from "./xml/element.ts";
import { escapeXml, NO_SCOPE, writeXml, type XmlScope } from "./xml/write_xml.ts";

const DECLARATION = `<?xml version="1.0" encoding="utf-8"?>\n`;
const TYPE = { "content-type": "application/xml; charset=utf-8", "cache-control": "no-cache" };

/** The scope inside such an answer. */
export const SCOPE: XmlScope = new Map([...NO_SCOPE, ["D", DAV]]);

/** Properties of a resource that have the same status. */
export interface PropStat {
  readonly status: number;
  /** The properties: XML in {@linkcode SCOPE}. */
  readonly properties: readonly string[];
  /** The precondition that does not hold. */
  readonly error?: string | undefined;
}

/** Answers with a document, as its parts become known. @throws What the first part throws. */
export async function multistatus(
  responses: AsyncIterable<string>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = await startedStream(textPieces(documentOf(responses)));
  return new Response(body, { status: 207, headers: { ...TYPE, ...headers } });
}

async function* documentOf(responses: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${DECLARATION}<D:multistatus xmlns:D="${DAV}">`;
  yield* responses;
  yield "</D:multistatus>\n";
}

/** The part about the properties of a resource. */
export function propertiesOf(href: string, stats: readonly PropStat[]): string {
  const all = stats.filter(({ properties }) => properties.length > 0).map(propStat);
  // At least one is needed, also for a question about no property.
  if (all.length === 0) all.push(propStat({ status: 200, properties: [] }));
  return `\n<D:response><D:href>${escapeXml(href)}</D:href>${all.join("")}</D:response>`;
}

function propStat({ status, properties, error }: PropStat): string {
  return `<D:propstat><D:prop>${properties.join("")}</D:prop>${statusXml(status)}${
    error === undefined ? "" : `<D:error><D:${error}/></D:error>`
  }</D:propstat>`;
}

/** The part about a resource as a whole. */
export function statusOfResource(href: string, status: number, description?: string): string {
  const text = description === undefined
    ? ""
    : `<D:responsedescription>${escapeXml(description)}</D:responsedescription>`;
  return `\n<D:response><D:href>${escapeXml(href)}</D:href>${
    statusXml(status)
  }${text}</D:response>`;
}

function statusXml(status: number): string {
  return `<D:status>HTTP/1.1 ${status} ${REASONS[status] ?? ""}</D:status>`;
}

/** An error that says which precondition does not hold (RFC 4918, 16). */
export function davError(status: number, precondition: string): Response {
  return xmlResponse(status, dav("error", dav(precondition)));
}

/** Answers with a document. */
export function xmlResponse(
  status: number,
  root: XmlElement,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return xmlTextResponse(status, writeXml(root), headers);
}

/** Answers with a document. @param text Its root, as XML. */
export function xmlTextResponse(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return sized(`${DECLARATION}${text}\n`, { status, headers: { ...TYPE, ...headers } });
}
