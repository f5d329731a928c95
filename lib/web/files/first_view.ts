/**
 * The content of a page's first view, within its HTML: a script that finds it there shows the folder
 * without asking for anything.
 *
 * @module
 */

import type { Exchange } from "../door/exchange.ts";
import type { SessionFacts } from "../login/session_facts.ts";

/** The id of the element. */
const ID = "first-view";

/** Whether a request is a browser's that opens a page; other programs have no use for the view. */
export function opensPage({ headers }: Pick<Exchange, "headers">): boolean {
  return headers.get("sec-fetch-dest") === "document";
}

/** Returns the element. Browsers do not run it, and nothing in it can end it. */
export function firstView(entries: readonly unknown[], session: SessionFacts): string {
  const json = JSON.stringify({ entries, session }).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="${ID}">${json}</script>`;
}
