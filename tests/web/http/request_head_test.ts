import { assertEquals, assertThrows } from "@std/assert";
import { MAX_WEB_FIELDS, MAX_WEB_TARGET_CHARS } from "../../../lib/base/limits.ts";
import { HttpError } from "../../../lib/web/http/http_error.ts";
import { parseHead, type RequestHead } from "../../../lib/web/http/request_head.ts";

function parse(...lines: readonly string[]): RequestHead {
  const text = `${lines.join("\r\n")}\r\n\r\n`;
  return parseHead(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function refusal(...lines: readonly string[]): number {
  return (assertThrows(() => parse(...lines), HttpError) as HttpError).status;
}

const HOST = "Host: a";

Deno.test({
  name: "parseHead reads method, target, host and fields",
  permissions: "none",
  fn() {
    const head = parse("PUT /a%20b?x=1?2 HTTP/1.1", "HOST: h:80", "X:  a b\t", "x: \xe4");
    const { method, path, query, host, keepAlive, readsChunks } = head;
    assertEquals([method, path, query, host], ["PUT", "/a%20b", "x=1?2", "h:80"]);
    assertEquals(head.headers.get("x"), "a b, \xe4");
    assertEquals([keepAlive, readsChunks], [true, true]);
    assertEquals(parse("GET /a HTTP/1.1", HOST, "Connection: x, Close").keepAlive, false);
    assertEquals(parse("GET http://b:1/c?d HTTP/1.1", HOST).host, "b:1");
    assertEquals(parse("GET http://b:1/c?d HTTP/1.1", HOST).path, "/c");
    assertEquals(parse("GET http://b HTTP/1.1", HOST).path, "/");
    assertEquals(parse("OPTIONS * HTTP/1.1", HOST).path, "*");
  },
});

Deno.test({
  name: "parseHead: an HTTP/1.0 client needs no host, and gets no chunks",
  permissions: "none",
  fn() {
    const { host, keepAlive, readsChunks } = parse("GET / HTTP/1.0");
    assertEquals([host, keepAlive, readsChunks], ["", false, false]);
    assertEquals(parse("GET / HTTP/1.0", "Connection: Keep-Alive").keepAlive, true);
  },
});

Deno.test({
  name: "request smuggling: parseHead refuses every head that has two readings",
  permissions: "none",
  fn() {
    const post = "POST / HTTP/1.1";
    const heads: Record<string, readonly string[]> = {
      "a length and chunks": [post, HOST, "Content-Length: 3", "Transfer-Encoding: chunked"],
      "two lengths": [post, HOST, "Content-Length: 3", "Content-Length: 3"],
      "a list of lengths": [post, HOST, "Content-Length: 3, 3"],
      "a signed length": [post, HOST, "Content-Length: +3"],
      "a negative length": [post, HOST, "Content-Length: -3"],
      "a length in hex": [post, HOST, "Content-Length: 0x3"],
      "a length beyond 2^53": [post, HOST, "Content-Length: 9007199254740993"],
      "an empty length": [post, HOST, "Content-Length:"],
      "chunks twice": [post, HOST, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
      "chunks in HTTP/1.0": ["POST / HTTP/1.0", "Transfer-Encoding: chunked"],
      "no host": [post],
      "two hosts": [post, HOST, HOST],
      "a space before the colon": [post, HOST, "Content-Length : 3"],
      "a field that is continued": [post, HOST, "X: a", " b"],
      "a first field that is continued": [post, " Host: a"],
      "a field without a name": [post, HOST, ": 3"],
      "a field without a colon": [post, HOST, "Content-Length"],
      "a bare line feed": [post, HOST, "X: a\nContent-Length: 3"],
      "a bare carriage return": [post, HOST, "X: a\rContent-Length: 3"],
      "a NUL": [post, HOST, "X: a\0b"],
      "a name with a character that is no letter": [post, HOST, "Content\xa0Length: 3"],
      "two spaces in the first line": ["GET  / HTTP/1.1", HOST],
      "a target with a space": ["GET /a b HTTP/1.1", HOST],
      "a target with a fragment": ["GET /a#b HTTP/1.1", HOST],
      "a target that is a host": ["CONNECT a:80 HTTP/1.1", HOST],
      "a target of another scheme": ["GET ftp://a/b HTTP/1.1", HOST],
      "an asterisk": ["GET * HTTP/1.1", HOST],
      "letters beyond ASCII in the target": ["GET /\xe4 HTTP/1.1", HOST],
      "no version": ["GET /", HOST],
      "lower case": ["GET / http/1.1", HOST],
    };
    for (const [what, head] of Object.entries(heads)) assertEquals(refusal(...head), 400, what);
    assertEquals(refusal(post, HOST, "Transfer-Encoding: gzip, chunked"), 501);
    assertEquals(refusal(post, HOST, "Transfer-Encoding: xchunked"), 501);
    assertEquals(refusal("GET / HTTP/2.0", HOST), 505);
  },
});

Deno.test({
  name: "parseHead refuses a target and a number of fields just above their limits",
  permissions: "none",
  fn() {
    const target = `/${"a".repeat(MAX_WEB_TARGET_CHARS - 1)}`;
    assertEquals(parse(`GET ${target} HTTP/1.1`, HOST).path, target);
    assertEquals(refusal(`GET ${target}a HTTP/1.1`, HOST), 414);
    const fields = Array<string>(MAX_WEB_FIELDS - 1).fill("X: 1");
    assertEquals(parse("GET / HTTP/1.1", HOST, ...fields).method, "GET");
    assertEquals(refusal("GET / HTTP/1.1", HOST, ...fields, "X: 1"), 431);
  },
});

Deno.test({
  name: "quadratic-input: a field of blanks takes no longer than one of letters",
  permissions: "none",
  fn() {
    const value = `a${" ".repeat(30_000)}b`;
    const began = performance.now();
    for (let i = 0; i < 20; i++) parse("GET / HTTP/1.1", HOST, `X: ${value}`);
    const ms = performance.now() - began;
    if (ms > 1000) throw new Error(`20 heads took ${ms} ms`);
  },
});
