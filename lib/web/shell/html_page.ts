/**
 * A page of this site: what it shows without scripts, and the script that makes more of it.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import { sized } from "../http/problem.ts";
import { PAGE_URLS } from "./page_files.ts";

/** Nothing but our own files runs, and nothing is loaded from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A page. */
export interface HtmlPage {
  readonly title: string;
  /** HTML, shown until the script replaces it. */
  readonly body: string;
  readonly status?: number;
  readonly headers?: Headers;
}

/** Answers with a page. */
export function htmlPage({ title, body, status, headers = new Headers() }: HtmlPage): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="digest-worker" content="${PAGE_URLS.worker}">
<link rel="icon" href="${PAGE_URLS.icon}">
<link rel="stylesheet" href="${PAGE_URLS.style}">
<script type="module" src="${PAGE_URLS.script}"></script></head>
<body>
${body}
</body></html>
`;
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set("content-security-policy", POLICY);
  // With less, the origin of its forms would be null, and they would be refused as foreign.
  headers.set("referrer-policy", "same-origin");
  return sized(html, { status, headers });
}
