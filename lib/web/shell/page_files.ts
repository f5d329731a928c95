/**
 * The files that make a listing a page: its script and its style. Their URLs contain digests of
 * their content, so that a browser never asks again for what it has.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { TEXT as WORKER } from "../built/digest_worker.ts";
import { TEXT as OPERATOR_SCRIPT } from "../built/operator_script.ts";
import { TEXT as OPERATOR_STYLE } from "../built/operator_style.ts";
import { TEXT as SCRIPT } from "../built/page_script.ts";
import { TEXT as STYLE } from "../built/page_style.ts";
import type { Exchange, Route } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { optionsOf } from "../http/request_head.ts";

const PATH = "/page/";
const DIGEST_CHARS = 16;

interface PageFile {
  readonly url: string;
  readonly tag: string;
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

function pageFile(name: string, type: string, text: string): PageFile {
  const plain = new TextEncoder().encode(text);
  const digest = createHash("sha256").update(plain).digest("hex").slice(0, DIGEST_CHARS);
  const gzip = new Uint8Array(gzipSync(plain, { level: 9 }));
  const url = `${PATH}${name.replace(".", `.${digest}.`)}`;
  return { url, tag: `"${digest}"`, type: `${type}; charset=utf-8`, plain, gzip };
}

/** A folder. */
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2f6fd0" ' +
  'd="M2 7a2 2 0 0 1 2-2h5l2 2h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2z"/></svg>';

/** The files by their names. This module is loaded only with `--web`, and compresses them then. */
const FILES = {
  script: pageFile("page.js", "text/javascript", SCRIPT),
  style: pageFile("page.css", "text/css", STYLE),
  worker: pageFile("worker.js", "text/javascript", WORKER),
  operatorScript: pageFile("operator.js", "text/javascript", OPERATOR_SCRIPT),
  operatorStyle: pageFile("operator.css", "text/css", OPERATOR_STYLE),
  icon: pageFile("icon.svg", "image/svg+xml", ICON),
} as const;

/** The URLs of the files, by their names. */
export const PAGE_URLS: Readonly<Record<keyof typeof FILES, string>> = {
  script: FILES.script.url,
  style: FILES.style.url,
  worker: FILES.worker.url,
  operatorScript: FILES.operatorScript.url,
  operatorStyle: FILES.operatorStyle.url,
  icon: FILES.icon.url,
};

/** @throws {HttpError} 404 for a file of another version. */
function answerFile({ path, headers }: Exchange): Promise<Response> {
  const file = Object.values(FILES).find(({ url }) => url === path);
  if (file === undefined) throw new HttpError(404, `not found: ${path}`, { name: path });
  const zipped = optionsOf(headers.get("accept-encoding")).includes("gzip");
  const fields = new Headers({
    // A strong tag belongs to the bytes, so that each form has one of its own.
    etag: zipped ? file.tag.replace(/"$/, '-gzip"') : file.tag,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  const known = headers.get("if-none-match") ?? "";
  if (known.includes(fields.get("etag")!)) return respond(null, 304, fields);
  const bytes = zipped ? file.gzip : file.plain;
  fields.set("content-type", file.type);
  fields.set("content-length", String(bytes.length));
  if (zipped) fields.set("content-encoding", "gzip");
  return respond(bytes, 200, fields);
}

function respond(
  body: Uint8Array<ArrayBuffer> | null,
  status: number,
  headers: Headers,
): Promise<Response> {
  return Promise.resolve(new Response(body, { status, headers }));
}

/** The route of the files. */
export const PAGE_ROUTES: readonly Route[] = [{ path: PATH, methods: { GET: answerFile } }];
