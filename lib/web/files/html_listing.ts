/**
 * The listing of a folder as a page that needs no script.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import { formatBytes } from "../../base/format_bytes.ts";
import { isoTime } from "../../base/iso_time.ts";
import type { FileInfo } from "../../service/files.ts";
import { sized } from "../http/problem.ts";
import type { ListingPage, PageOptions } from "./listing_page.ts";
import type { Place } from "./place.ts";

/** The context of a page. */
export interface HtmlListing {
  readonly place: Place;
  readonly page: PageOptions;
  readonly query: URLSearchParams;
  readonly headers: Headers;
}

/** The only style on the page, which its policy allows by digest. */
const STYLE = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;" +
  "padding:0 1rem;color-scheme:light dark}table{width:100%;border-collapse:collapse}" +
  "td,th{text-align:left;padding:.2rem .6rem;overflow-wrap:anywhere}" +
  "td+td,th+th{text-align:right;white-space:nowrap}tr:hover td{background:#8882}";

/** Answers with a page of entries. @throws What listing throws. */
export async function htmlListing(entries: ListingPage, options: HtmlListing): Promise<Response> {
  const rows: string[] = [];
  for await (const info of entries) rows.push(row(info));
  const { headers, place, query, page } = options;
  const title = place.path === "." ? "/" : `/${place.path}/`;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>
${orderForm(page)}
<table><thead><tr><th>Name</th><th>Size</th><th>Changed (UTC)</th></tr></thead><tbody>
${place.path === "." ? "" : `<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n`}${
    rows.join("\n")
  }
</tbody></table>${pager(entries, query, page)}</body></html>
`;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set(
    "content-security-policy",
    `default-src 'none'; style-src 'sha256-${new Uint8Array(digest).toBase64()}'; ` +
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  return sized(html, { headers });
}

function row({ path, type, bytes, mtimeMs }: FileInfo): string {
  const name = path.split("/").at(-1)!;
  const slash = type === "dir" ? "/" : "";
  // A name with a colon would be read as a scheme.
  const link = `./${encodeURIComponent(name)}${slash}`;
  const size = type === "dir" ? "" : formatBytes(bytes);
  const time = isoTime(mtimeMs).slice(0, 16).replace("T", " ");
  return `<tr><td><a href="${escape(link)}">${
    escape(name)
  }${slash}</a></td><td>${size}</td><td>${time}</td></tr>`;
}

/** Chooses the order. It is a form, as a program that follows all links would list each order. */
function orderForm({ sort, descending }: PageOptions): string {
  const keys = { name: "Name", size: "Size", time: "Time" } as const;
  const orders = { asc: "ascending", desc: "descending" } as const;
  const chosen = { sort, order: descending ? "desc" : "asc" };
  const select = (name: keyof typeof chosen, options: Readonly<Record<string, string>>) =>
    `<select name="${name}">${
      Object.entries(options).map(([value, text]) =>
        `<option value="${value}"${value === chosen[name] ? " selected" : ""}>${text}</option>`
      ).join("")
    }</select>`;
  return `<form>Sort by ${select("sort", keys)} ${
    select("order", orders)
  } <button>Sort</button></form>`;
}

function pager(entries: ListingPage, query: URLSearchParams, page: PageOptions): string {
  const { offset, limit } = page;
  const to = (at: number, text: string) =>
    `<a href="${link(query, { offset: String(at) })}">${text}</a>`;
  const links = [
    ...(offset > 0 ? [to(Math.max(0, offset - limit), "Previous page")] : []),
    ...(entries.hasMore() ? [to(offset + limit, "Next page")] : []),
  ];
  return links.length === 0 ? "" : `<p>${links.join(" · ")}</p>`;
}

function link(query: URLSearchParams, changes: Readonly<Record<string, string>>): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) changed.set(name, value);
  return escape(`?${changed}`);
}
