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
  /** The URL of its script. @default that of the listing */
  readonly script?: string;
  /** The URLs of its styles. @default that of the listing */
  readonly styles?: readonly string[];
}

/** Answers with a page. */
export function htmlPage(
  {
    title,
    body,
    status,
    headers = new Headers(),
    script = PAGE_URLS.script,
    styles = [PAGE_URLS.style],
  }: HtmlPage,
): Response {
  const links = styles.map((url) => `<link rel="stylesheet" href="${url}">`).join("\n");
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="digest-worker" content="${PAGE_URLS.worker}">
<link rel="icon" href="${PAGE_URLS.icon}">
${links}
<script type="module" src="${script}"></script></head>
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
