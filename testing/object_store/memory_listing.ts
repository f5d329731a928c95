/**
 * Listings of an object store in memory.
 *
 * @module
 */

import { escape } from "@std/html/entities";

/** A header of an answer. */
export type MemoryHeader = [name: string, value: string];

/** An object. */
export interface MemoryObject {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
  /** With its quotes. */
  readonly etag: string;
  readonly written: Date;
  /** Headers of answers about it. */
  readonly headers: MemoryHeader[];
}

/** An answer in XML. @param content What is in its root. */
export function xml(root: string, content: string): Response {
  const body = `<?xml version="1.0"?><${root}>${content}</${root}>`;
  return new Response(body, { headers: { "content-type": "application/xml" } });
}

/** Lists objects as `ListObjectsV2` does. */
export function listObjects(
  objects: ReadonlyMap<string, MemoryObject>,
  query: URLSearchParams,
): Response {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter")];
  const after = query.get("continuation-token");
  const most = Number(query.get("max-keys") ?? 1000);
  /** The object of each name; none for a common beginning, also if a marker has that name. */
  const found = new Map<string, MemoryObject | undefined>();
  for (const [key, object] of objects) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) found.set(key, object);
    else found.set(key.slice(0, cut + 1), undefined);
  }
  const names = [...found.keys()].sort().filter((name) => after === null || name > after);
  const page = names.slice(0, most);
  const last = names.length > most ? page.at(-1) : undefined;
  const more = last === undefined
    ? "<IsTruncated>false</IsTruncated>"
    : `<IsTruncated>true</IsTruncated><NextContinuationToken>${escape(last)}` +
      "</NextContinuationToken>";
  return xml("ListBucketResult", more + page.map((key) => listed(key, found.get(key))).join(""));
}

function listed(key: string, object: MemoryObject | undefined): string {
  const name = encodeURIComponent(key).replaceAll("%2F", "/");
  if (object === undefined) return `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
  const { bytes, etag, written } = object;
  return `<Contents><Key>${name}</Key><LastModified>${written.toISOString()}</LastModified>` +
    `<ETag>${escape(etag)}</ETag><Size>${bytes}</Size></Contents>`;
}
