/**
 * Reads a short answer in HTTP/1.1.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_STORE_ANSWER_BYTES } from "../base/limits.ts";

const READ_BYTES = 4096;
const HEAD_END = "\r\n\r\n";

/** An answer. */
export interface HttpAnswer {
  readonly response: Response;
  /** Whether another request may follow on the connection. */
  readonly lasting: boolean;
}

/** The head of an answer, and what of its body has arrived, a character for each byte. */
interface Head {
  readonly status: number;
  readonly headers: Headers;
  readonly rest: string;
}

/**
 * Reads an answer.
 *
 * @throws `network` (retryable) if the connection ends before it, `protocol` for anything but HTTP,
 *   and for an answer that is too long.
 */
export async function readAnswer(reader: ReadableStreamBYOBReader): Promise<HttpAnswer> {
  let text = "";
  let buffer = new ArrayBuffer(READ_BYTES);
  const more = async (): Promise<boolean> => {
    if (text.length > MAX_STORE_ANSWER_BYTES) throw strange("its answer is too long");
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (value === undefined || done) return false;
    text += String.fromCharCode(...value);
    buffer = value.buffer as ArrayBuffer;
    return true;
  };
  while (!text.includes(HEAD_END)) if (!await more()) throw ended();
  const { status, headers, rest } = parseHead(text);
  if (status < 200) {
    // An interim answer: the other one follows.
    throw strange(`it answered ${status}`);
  }
  text = rest;
  const chunked = headers.get("transfer-encoding")?.toLowerCase() === "chunked";
  const length = Number(headers.get("content-length") ?? (status === 204 ? 0 : Infinity));
  const complete = () => chunked ? /(^|\r\n)0\r\n\r\n$/.test(text) : text.length >= length;
  let whole = true;
  while (!complete()) if (!(whole = await more())) break;
  if (!whole && (chunked || length < Infinity)) throw ended();
  const body = Uint8Array.from(chunked ? dechunked(text) : text, (char) => char.charCodeAt(0));
  const lasting = whole && headers.get("connection")?.toLowerCase() !== "close";
  const empty = status === 204 || status === 304;
  return { response: new Response(empty ? null : body, { status, headers }), lasting };
}

function parseHead(text: string): Head {
  const at = text.indexOf(HEAD_END);
  const [first = "", ...fields] = text.slice(0, at).split("\r\n");
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d)( |$)/.exec(first)?.[1] ?? NaN);
  if (Number.isNaN(status)) throw strange("it does not speak HTTP/1.1");
  const headers = new Headers();
  for (const field of fields) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(field) ?? [];
    if (name === undefined) throw strange("its answer has a strange head");
    headers.append(name, value!);
  }
  return { status, headers, rest: text.slice(at + HEAD_END.length) };
}

function dechunked(text: string): string {
  let body = "";
  for (let at = 0;;) {
    const [line, digits] = /^([\da-f]+)[^\r\n]*\r\n/i.exec(text.slice(at, at + 1024)) ?? [];
    if (line === undefined) throw strange("its answer has a strange chunk");
    const size = parseInt(digits!, 16);
    if (size === 0) return body;
    body += text.slice(at + line.length, at + line.length + size);
    at += line.length + size + 2;
  }
}

function ended(): FtError {
  return new FtError("network", "the store closed the connection", { retryable: true });
}

function strange(why: string): FtError {
  return new FtError("protocol", `the store cannot be understood: ${why}`);
}
