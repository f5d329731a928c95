/**
 * Errors for people: a browser that opens an address gets a page, other programs get the JSON of a
 * problem.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import type { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import { problem, statusOf } from "../http/problem.ts";
import { optionsOf, type RequestHead } from "../http/request_head.ts";
import { htmlPage } from "./html_page.ts";
import { loginForm } from "./login_form.ts";

/** Whether a request comes from the address bar or a link of a browser. */
export function wantsPage({ method, headers }: Pick<RequestHead, "method" | "headers">): boolean {
  const accepted = optionsOf(headers.get("accept"));
  return (method === "GET" || method === "POST") && accepted.includes("text/html");
}

/** Returns the answer for an error. */
export function errorAnswer(error: FtError, head: RequestHead): Response {
  const answer = problem(error);
  if (!wantsPage(head)) return answer;
  const status = statusOf(error);
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  const form = status === 401 ? loginForm(head.path) : "";
  const message = error.code === "internal" ? "internal error" : escapeControls(error.message);
  const body = `<main class="blank"><h1>${escape(message)}</h1>${form}</main>`;
  return htmlPage({ title: String(status), body, status, headers });
}
