/**
 * Several ranges of a file in one answer (RFC 9110, 14.6).
 *
 * @module
 */

import type { ByteRange } from "../http/byte_ranges.ts";
import { openContent, type Source } from "./content.ts";

const utf8 = new TextEncoder();

/** Answers with several ranges, in the order in which the client asked for them. */
export function multipart(
  source: Source,
  ranges: readonly ByteRange[],
  headers: Headers,
): Response {
  const boundary = `ft-${crypto.randomUUID()}`;
  const type = headers.get("content-type");
  const { bytes } = source.info;
  const heads = ranges.map(({ start, end }) =>
    utf8.encode(
      `\r\n--${boundary}\r\ncontent-type: ${type}\r\n` +
        `content-range: bytes ${start}-${end - 1}/${bytes}\r\n\r\n`,
    )
  );
  const tail = utf8.encode(`\r\n--${boundary}--\r\n`);
  const content = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const length = heads.reduce((sum, head) => sum + head.length, content + tail.length);
  headers.set("content-type", `multipart/byteranges; boundary=${boundary}`);
  headers.set("content-length", String(length));
  const body = ReadableStream.from(parts(source, ranges, heads, tail));
  return new Response(body, { status: 206, headers });
}

async function* parts(
  source: Source,
  ranges: readonly ByteRange[],
  heads: readonly Uint8Array<ArrayBuffer>[],
  tail: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const [i, range] of ranges.entries()) {
    yield heads[i]!;
    yield* await openContent(source, range);
  }
  yield tail;
}
