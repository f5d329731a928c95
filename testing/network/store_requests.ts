/**
 * The kinds of requests to an object store, as its makers bill them.
 *
 * @module
 */

import type { Count, RequestReader } from "./counting_proxy.ts";
import { ProtocolLines } from "./protocol_lines.ts";

/** Kinds of requests to a store. `LOOK` is that by which a server asks whether the store is there. */
export const STORE_KINDS = [
  ...["GET", "HEAD", "LIST", "PUT", "COPY", "CREATE", "PART", "COMPLETE", "DELETE", "LOOK"],
] as const;

/** A kind of request to a store. */
export type StoreKind = typeof STORE_KINDS[number];

/** The kind of a request. @param head Its first line, and its fields. */
export function storeKind(head: readonly string[]): StoreKind {
  const [method = "", target = ""] = head[0]!.split(" ");
  const { searchParams: query } = new URL(target, "http://store");
  const copies = head.some((line) => line.toLowerCase().startsWith("x-amz-copy-source:"));
  if (query.has("list-type")) return query.has("prefix") ? "LIST" : "LOOK";
  if (query.has("uploads")) return method === "GET" ? "LIST" : "CREATE";
  if (query.has("delete") || method === "DELETE") return "DELETE";
  if (query.has("uploadId")) {
    return method === "POST" ? "COMPLETE" : method === "GET" ? "LIST" : "PART";
  }
  if (method === "HEAD") return "HEAD";
  if (method === "PUT") return copies ? "COPY" : "PUT";
  return "GET";
}

/** Counts the requests of one connection by their kinds. */
export function storeRequests(count: Count): RequestReader {
  let head: string[] = [];
  return new ProtocolLines((line) => {
    if (line !== "") {
      head.push(line);
      return 0;
    }
    count(storeKind(head));
    const [, length = "0"] = head.map((one) => /^content-length: *(\d+)$/i.exec(one))
      .find((match) => match !== null) ?? [];
    head = [];
    return Number(length);
  });
}
