/**
 * The client of the `updown` dialect: each file has its own connection and is not verified.
 *
 * @module
 */

import { type FtError, hasCode, notRetryable } from "../../base/errors.ts";
import { DIALECT_PAUSE_MS } from "../../base/limits.ts";
import { raceSignal, within } from "../../base/signals.ts";
import { encodeUpdownCommand, UPDOWN_ERROR } from "../../dialects/updown.ts";
import type { CallOptions } from "../../service/files.ts";
import { type LegacyContent, type LegacyServer, refusedWith } from "./legacy_server.ts";
import {
  openPeer,
  type Peer,
  type PeerOptions,
  readReason,
  restOf,
  sendInTime,
  type Wait,
} from "./legacy_peer.ts";

const ERROR = new TextEncoder().encode(UPDOWN_ERROR);

/** A server of the `updown` dialect. */
export class UpdownServer implements LegacyServer {
  readonly dialect = "updown";
  readonly #options: PeerOptions;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  async fetch(name: string, call?: CallOptions): Promise<LegacyContent> {
    await using stack = new AsyncDisposableStack();
    const peer = stack.use(await openPeer(this.#options, call));
    const wait = stack.use(peer.wait(call));
    await sendInTime(peer, wait, encodeUpdownCommand("DOWNLOAD", name));
    if (isRefusal(await peer.reader.peek(ERROR.length, wait.signal))) {
      throw await refusalOf(peer, name, "not_found", wait);
    }
    const owned = stack.move();
    return { pieces: restOf(peer, wait), [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  async store(
    name: string,
    content: AsyncIterable<Uint8Array>,
    call?: CallOptions,
  ): Promise<void> {
    await using peer = await openPeer(this.#options, call);
    const { connection, reader } = peer;
    using wait = peer.wait(call);
    await sendInTime(peer, wait, encodeUpdownCommand("UPLOAD", name));
    // A refusal may come at any time, and its server may still read to the end.
    const refused = new AbortController();
    const answer = reader.peek(ERROR.length, wait.signal).then((start) => {
      if (isRefusal(start)) refused.abort();
    });
    answer.catch(() => {});
    // Legacy servers take everything their first read returns for the name.
    await within(answer, 2 * DIALECT_PAUSE_MS, wait.signal);
    let sent = false;
    try {
      for await (const piece of content) {
        if (refused.signal.aborted) break;
        // A server that refuses may stop reading.
        await raceSignal(sendInTime(peer, wait, piece), refused.signal);
      }
      sent = true;
      await connection.closeWrite();
      await answer;
    } catch (error) {
      // The reason may have arrived before the connection was closed.
      if (hasCode(error, "network")) await answer.catch(() => {});
      // Once all was sent, the server may have stored the file.
      if (!refused.signal.aborted) throw sent ? notRetryable(error) : error;
    }
    if (refused.signal.aborted) throw await refusalOf(peer, name, "conflict", wait);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function isRefusal(start: Uint8Array): boolean {
  return start.length === ERROR.length && start.every((byte, i) => byte === ERROR[i]);
}

/** The refusal whose start has arrived. */
async function refusalOf(
  peer: Peer,
  name: string,
  fallback: "not_found" | "conflict",
  wait: Wait,
): Promise<FtError> {
  return refusedWith((await readReason(peer, wait)).slice(ERROR.length), name, fallback);
}
