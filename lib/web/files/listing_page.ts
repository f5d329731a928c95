/**
 * A part of a listing, in some order.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { HTML_PAGE_ENTRIES, MAX_SORTED_ENTRIES } from "../../base/limits.ts";
import type { FileInfo } from "../../service/files.ts";
import { HttpError } from "../http/http_error.ts";

const KEYS = ["name", "size", "time"] as const;

/** Which entries are listed. */
export interface PageOptions {
  readonly sort: typeof KEYS[number];
  /** Whether the order is reversed. */
  readonly descending: boolean;
  /** Entries before the page. */
  readonly offset: number;
  /** Entries on the page; `Infinity` for all. */
  readonly limit: number;
}

/** The entries of a page. */
export interface ListingPage extends AsyncIterable<FileInfo> {
  /** Whether entries follow the page; known once it was read. */
  readonly hasMore: () => boolean;
}

/**
 * Reads `sort` (`name`, `size` or `time`), `order` (`asc` or `desc`), `limit` and `offset`.
 *
 * @param html Whether the listing is for people, who get a page at a time.
 * @throws {HttpError} 400 for other values.
 */
export function parsePage(query: URLSearchParams, html: boolean): PageOptions {
  return {
    sort: choice(query, "sort", KEYS),
    descending: choice(query, "order", ["asc", "desc"]) === "desc",
    offset: count(query, "offset") ?? 0,
    limit: count(query, "limit") ?? (html ? HTML_PAGE_ENTRIES : Infinity),
  };
}

function choice<T extends string>(
  query: URLSearchParams,
  name: string,
  allowed: readonly [T, ...T[]],
): T {
  const value = query.get(name) ?? allowed[0];
  const found = allowed.find((other) => other === value);
  if (found !== undefined) return found;
  throw new HttpError(400, `${name} is one of ${allowed.join(", ")}, not ${value}`);
}

function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new HttpError(400, `${name} is a number, not ${value}`);
}

/** Takes a page from the entries of a folder, which come in the order of their names. */
export function pageOf(entries: AsyncIterable<FileInfo>, options: PageOptions): ListingPage {
  let more = false;
  const taken = async function* () {
    const { offset, limit } = options;
    let at = 0;
    for await (const info of inOrder(entries, options)) {
      if (at >= offset + limit) {
        more = true;
        return;
      }
      if (at++ >= offset) yield info;
    }
  };
  return { [Symbol.asyncIterator]: taken, hasMore: () => more };
}

async function* inOrder(
  entries: AsyncIterable<FileInfo>,
  { sort, descending }: PageOptions,
): AsyncGenerator<FileInfo> {
  if (sort === "name" && !descending) return yield* entries;
  const all: FileInfo[] = [];
  for await (const info of entries) {
    if (all.length >= MAX_SORTED_ENTRIES) throw tooMany();
    all.push(info);
  }
  if (sort === "size") all.sort((a, b) => a.bytes - b.bytes);
  if (sort === "time") all.sort((a, b) => a.mtimeMs - b.mtimeMs);
  yield* descending ? all.reverse() : all;
}

function tooMany(): FtError {
  const message = `only ${MAX_SORTED_ENTRIES} entries can be sorted: list them by name`;
  return new FtError("limit", message, { retryable: false });
}
