/**
 * The client of the `updown` dialect: each file has its own connection and is not verified.
 *
 * @module
 */

import { DIALECT_PAUSE_MS, MAX_REASON_BYTES } from "../../base/limits.ts";
import { encodeUpdownCommand, UPDOWN_ERROR } from "../../dialects/updown.ts";
import type { CallOptions } from "../../service/files.ts";
import { type LegacyContent, type LegacyServer, refusedWith } from "./legacy_server.ts";
import {
  openPeer,
  type Peer,
  type PeerOptions,
  restOf,
  sendInTime,
  type Wait,
} from "./legacy_peer.ts";
import { notRetryable } from "../../base/errors.ts";

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
    await throwRefusal(peer, name, "not_found", wait);
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
    // Legacy servers take everything their first read returns for the name.
    const early = await reader.fillWithin(2 * DIALECT_PAUSE_MS, wait.signal);
    if (early === true) await throwRefusal(peer, name, "conflict", wait);
    for await (const piece of content) await sendInTime(peer, wait, piece);
    try {
      await connection.closeWrite();
      await throwRefusal(peer, name, "conflict", wait);
    } catch (error) {
      // The server may have stored the file.
      throw notRetryable(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Reads the start of the answer. @throws The refusal, if it is one. */
async function throwRefusal(
  { reader }: Peer,
  name: string,
  fallback: "not_found" | "conflict",
  wait: Wait,
): Promise<void> {
  const start = await reader.peek(ERROR.length, wait.signal);
  if (start.length < ERROR.length || start.some((byte, i) => byte !== ERROR[i])) return;
  const answer = await reader.peek(MAX_REASON_BYTES, wait.signal);
  throw refusedWith(new TextDecoder().decode(answer.subarray(ERROR.length)), name, fallback);
}
