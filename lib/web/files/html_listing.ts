/**
 * The listing of a folder as a page that needs no script; where scripts run, ours replaces it.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import { formatBytes } from "../../base/format_bytes.ts";
import { isoTime } from "../../base/iso_time.ts";
import type { FileInfo } from "../../service/files.ts";
import { infoObject } from "../../service/info_object.ts";
import { htmlPage } from "../shell/html_page.ts";
import type { SessionFacts } from "../login/session_facts.ts";
import { firstView } from "./first_view.ts";
import type { ListingPage, PageOptions } from "./listing_page.ts";
import type { Place } from "./place.ts";

/** The context of a page. */
export interface HtmlListing {
  readonly place: Place;
  readonly page: PageOptions;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The user, for a browser that may run our script. @default it is another program */
  readonly session: SessionFacts | undefined;
}

/** Answers with a page of entries. @throws What listing throws. */
export async function htmlListing(entries: ListingPage, options: HtmlListing): Promise<Response> {
  const rows: string[] = [];
  const objects: unknown[] = [];
  const { headers, place, query, page, session } = options;
  for await (const info of entries) {
    rows.push(row(info));
    if (session !== undefined) objects.push(infoObject(nameOf(info), info));
  }
  const isWhole = page.offset === 0 && !entries.hasMore();
  const title = place.path === "." ? "/" : `/${place.path}/`;
  const body = `<header class="top"><h1>${escape(title)}</h1></header>
<main>${orderForm(page)}
<form><button name="archive" value="zip">Download as zip</button></form>
<table class="listing plain"><thead><tr><th>Name</th><th>Size</th><th>Changed (UTC)</th></tr></thead><tbody>
${
    place.path === "."
      ? ""
      : `<tr><td class="name"><a href="../">../</a></td><td class="size"></td><td class="time"></td></tr>\n`
  }${rows.join("\n")}
</tbody></table>${pager(entries, query, page)}</main>${
    session !== undefined && isWhole ? firstView(objects, session) : ""
  }`;
  return htmlPage({ title, body, headers });
}

function nameOf({ path }: FileInfo): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function row(info: FileInfo): string {
  const { type, bytes, mtimeMs } = info;
  const name = nameOf(info);
  const slash = type === "dir" ? "/" : "";
  // A name with a colon would be read as a scheme.
  const link = `./${encodeURIComponent(name)}${slash}`;
  const size = type === "dir" ? "" : formatBytes(bytes);
  const time = isoTime(mtimeMs).slice(0, 16).replace("T", " ");
  return `<tr><td class="name"><a href="${escape(link)}">${
    escape(name)
  }${slash}</a></td><td class="size">${size}</td><td class="time">${time}</td></tr>`;
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
