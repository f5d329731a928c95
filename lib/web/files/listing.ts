/**
 * Listings of folders, in the form that the client accepts.
 *
 * @module
 */

import { accepts } from "@std/http/negotiation";
import type { FileInfo } from "../../service/files.ts";
import { infoObject } from "../../service/info_object.ts";
import { answerArchive } from "../archive/archive_answer.ts";
import type { Exchange } from "../door/exchange.ts";
import { startedStream } from "../http/started_stream.ts";
import { textPieces } from "../http/text_pieces.ts";
import { opensPage } from "./first_view.ts";
import { htmlListing } from "./html_listing.ts";
import { type ListingPage, pageOf, parsePage } from "./listing_page.ts";
import type { Place, UserPlace } from "./place.ts";
import { encodePath } from "./web_path.ts";

const HTML = "text/html";
/** The forms. The first one is that of programs which take any, such as `wget -r`. */
const FORMS = [HTML, "application/json", "application/jsonl", "application/x-ndjson", "text/plain"];

/** Answers with the entries of a folder. A path without a slash at its end is sent to the one with. */
export async function answerListing(
  exchange: Exchange,
  place: UserPlace,
  info: FileInfo,
): Promise<Response> {
  if (!place.folder) return redirect(place, exchange);
  if (exchange.query.has("archive")) return await answerArchive(exchange, place, exchange.query);
  const form = accepts(exchange, ...FORMS) ?? HTML;
  const html = form === HTML;
  const page = parsePage(exchange.query, html);
  const entries = pageOf(place.files.list(info.path, { signal: exchange.signal }), page);
  const headers = new Headers({
    "cache-control": "no-cache",
    vary: "Accept, Authorization, Cookie, Sec-Fetch-Dest",
  });
  if (html) {
    const session = opensPage(exchange) ? place.session() : undefined;
    return await htmlListing(entries, { place, page, query: exchange.query, headers, session });
  }
  headers.set("content-type", form === "text/plain" ? "text/plain; charset=utf-8" : form);
  const body = await startedStream(textPieces(lines(entries, nameBelow(info.path), form)));
  return new Response(body, { headers });
}

/** Removes the folder's path from that of an entry. */
function nameBelow(dir: string): (info: FileInfo) => string {
  return dir === "." ? ({ path }) => path : ({ path }) => path.slice(dir.length + 1);
}

async function* lines(
  entries: ListingPage,
  nameOf: (info: FileInfo) => string,
  form: string,
): AsyncGenerator<string> {
  let before = form === "application/json" ? "[" : "";
  const between = form === "application/json" ? ",\n" : "\n";
  for await (const info of entries) {
    const name = nameOf(info);
    const text = form === "text/plain"
      ? `${name}${info.type === "dir" ? "/" : ""}`
      : JSON.stringify(infoObject(name, info));
    yield `${before}${text}`;
    before = between;
  }
  if (form === "application/json") yield before === "[" ? "[]\n" : "]\n";
  else if (before !== "") yield "\n";
}

function redirect({ base, path }: Place, { query }: Exchange): Response {
  const search = query.size === 0 ? "" : `?${query}`;
  return new Response(null, {
    status: 301,
    headers: { location: `${base}${encodePath(path)}/${search}` },
  });
}
