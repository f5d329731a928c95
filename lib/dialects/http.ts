/**
 * HTTP on a port that does not serve it: a short answer that names the web listener.
 *
 * @module
 */

import type { Dialect, Match } from "./dialect.ts";
import { asciiOf, beginsWith } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";

const METHODS = [
  ...["GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT "],
  // HTTP/2 connections start with this.
  "PRI ",
];

/** Matches the request line of HTTP. */
export const HTTP_LINE: RegExp = /^[A-Z]+ .*\S HTTP\/\d/;

function matchHttp(prefix: Uint8Array): Match {
  const text = asciiOf(prefix);
  const [line = ""] = text.split(/[\r\n]/, 1);
  const method = beginsWith(line, METHODS);
  if (method === "yes" && HTTP_LINE.test(line)) return "yes";
  return method === "no" || line.length < text.length ? "no" : "more";
}

function encodeUpgradeRequired(webUrl: string | undefined): Uint8Array<ArrayBuffer> {
  const where = webUrl === undefined
    ? "This server has no web listener."
    : `The web listener is at ${webUrl}`;
  const body = `This port does not speak HTTP. ${where}\n`;
  const head = [
    "HTTP/1.1 426 Upgrade Required",
    "Upgrade: ft",
    "Connection: Upgrade, close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${new TextEncoder().encode(body).length}`,
  ];
  return new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Answers `426 Upgrade Required`. */
export const http: Dialect = {
  name: "http",
  refusal: true,
  match: matchHttp,
  async serve(session) {
    session.log.info("http.refused", { message: "HTTP sent to a port that does not serve it" });
    await session.connection.send(encodeUpgradeRequired(session.webUrl));
    await halfCloseAndDrain(session);
  },
};
