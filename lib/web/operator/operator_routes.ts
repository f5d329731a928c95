/**
 * The operator's view: a page, what it shows as JSON, and the drain that it can begin. All of it is
 * for admins only.
 *
 * @module
 */

import type { Operator } from "../../dialects/operator.ts";
import type { Answer, Exchange, Route } from "../door/exchange.ts";
import { sized } from "../http/problem.ts";
import { htmlPage } from "../shell/html_page.ts";
import { PAGE_URLS } from "../shell/page_files.ts";

async function operatorFor(exchange: Exchange): Promise<Operator> {
  return exchange.operatorFor(await exchange.login());
}

const answerPage: Answer = async (exchange) => {
  (await operatorFor(exchange)).view();
  const headers = new Headers({ "cache-control": "no-store" });
  const body = `<main class="blank"><h1>Operator</h1><p>This view needs JavaScript.</p></main>`;
  const { operatorScript: script, operatorStyle: style } = PAGE_URLS;
  return htmlPage({ title: "Operator", body, headers, script, styles: [PAGE_URLS.style, style] });
};

const answerView: Answer = async (exchange) => {
  const view = (await operatorFor(exchange)).view();
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(view)}\n`, { headers });
};

const answerDrain: Answer = async (exchange) => {
  (await operatorFor(exchange)).drain();
  return sized("", { status: 202, headers: { "cache-control": "no-store" } });
};

/** The routes of the view. */
export const OPERATOR_ROUTES: readonly Route[] = [
  { path: "/operator", methods: { GET: answerPage } },
  { path: "/operator/view", methods: { GET: answerView } },
  { path: "/operator/drain", methods: { POST: answerDrain } },
];
