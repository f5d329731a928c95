/**
 * The client of the `json` dialect: one request at a time, text files whole in memory.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { FtError, protocolError } from "../../base/errors.ts";
import { MAX_JSON_BYTES, MAX_LISTED_NAMES, MAX_REASON_BYTES } from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";
import type { JsonFields } from "../../dialects/json_fields.ts";
import { encodeJsonMessage, readJsonMessage } from "../../dialects/json_message.ts";
import type { CallOptions } from "../../service/files.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import { type LegacyContent, type LegacyServer, refusedWith } from "./legacy_server.ts";
import { openPeer, type Peer, type PeerOptions, sendInTime, type Wait } from "./legacy_peer.ts";

/** Parts of a message that are sent in one write. */
const ONE_WRITE = 12;

/** The fields of an answer. */
const ANSWER = { texts: ["status"], content: "response", lists: true } as const;

/** The content of an answer. */
interface Response {
  readonly blocks: Uint8Array<ArrayBuffer>[];
  /** Whether it was a list of texts, each of which ends with a NUL. */
  readonly isList: boolean;
}

/** A server of the `json` dialect. */
export class JsonServer implements LegacyServer {
  readonly dialect = "json";
  readonly #peer: Peer;
  readonly #turn = new Semaphore(1);

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Connects. @throws `network`. */
  static async open(options: PeerOptions): Promise<JsonServer> {
    return new JsonServer(await openPeer(options));
  }

  async fetch(name: string, call?: CallOptions): Promise<LegacyContent> {
    const request = { command: "get", fileName: name };
    const { blocks, isList } = await this.#ask(request, name, "not_found", call);
    if (isList) throw protocolError(`the server sent a list instead of ${name}`);
    return {
      bytes: blocks.reduce((sum, block) => sum + block.length, 0),
      pieces: ReadableStream.from(blocks),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  async store(
    name: string,
    content: AsyncIterable<Uint8Array>,
    call?: CallOptions,
  ): Promise<void> {
    const fileContent = textOf(await gather(content, name), name);
    await this.#ask({ command: "put", fileName: name, fileContent }, name, "conflict", call);
  }

  async list(dir: string, call?: CallOptions): Promise<readonly string[]> {
    const request = { command: "list", path: dir };
    const { blocks, isList } = await this.#ask(request, dir, "not_found", call);
    // Most servers send lines, some an array.
    return [...namesIn(decodeUtf8(concat(blocks)), isList ? "\0" : "\n")];
  }

  async #ask(
    request: Record<string, string>,
    name: string,
    fallback: "not_found" | "conflict",
    call?: CallOptions,
  ): Promise<Response> {
    const message = await encodeJsonMessage(request);
    using _turn = await this.#turn.acquire(call?.signal);
    using wait = this.#peer.wait(call);
    const reply = await this.#exchange(message, wait);
    if (reply === null) throw new FtError("network", "the server closed the connection");
    const status = reply.text("status");
    const blocks = reply.takeContent();
    if (status === undefined || blocks === undefined) {
      throw protocolError("the answer is not a status and a response");
    }
    if (status !== "Fail") return { blocks, isList: reply.isList };
    const reason = new TextDecoder().decode(concat(blocks).subarray(0, MAX_REASON_BYTES));
    throw refusedWith(reason, name, fallback);
  }

  /** Disconnects after a failure, because the next bytes could belong to any message. */
  async #exchange(
    message: readonly Uint8Array[],
    wait: Wait,
  ): Promise<JsonFields | null> {
    const { connection, reader } = this.#peer;
    // A server may refuse a large upload before it has all of it, and stop reading.
    let answered = false;
    const answer = readJsonMessage(reader, ANSWER, wait.signal, () => wait.extend())
      .finally(() => answered = true);
    answer.catch(() => {});
    try {
      let sent = Math.min(ONE_WRITE, message.length);
      await sendInTime(this.#peer, wait, ...message.slice(0, sent));
      for (const part of message.slice(ONE_WRITE)) {
        if (answered) break;
        await sendInTime(this.#peer, wait, part);
        sent++;
      }
      const fields = await answer;
      if (sent < message.length) connection.abort(new FtError("network", "refused early"));
      return fields;
    } catch (error) {
      connection.abort(error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }
}

/** The names in a list, one at a time, so that a list of empty lines costs nothing. */
function* namesIn(text: string, separator: "\n" | "\0"): Generator<string> {
  let names = 0;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(separator, at);
    const name = text.slice(at, end === -1 ? undefined : end);
    at += name.length + 1;
    if (name === "") continue;
    if (++names > MAX_LISTED_NAMES) throw new FtError("limit", "the list has too many names");
    yield name;
  }
}

async function gather(content: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > MAX_JSON_BYTES) {
      const message = `too large for the json dialect: ${name} (at most ${MAX_JSON_BYTES} bytes)`;
      throw new FtError("limit", message, { name });
    }
    pieces.push(piece.slice());
  }
  return concat(pieces);
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    const message = `the json dialect has no binary files: ${name} is not UTF-8 text`;
    throw new FtError("protocol", message, { name, cause });
  }
}
