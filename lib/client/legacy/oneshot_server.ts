/**
 * The client of the `oneshot` dialect. Each file has its own connection; only connecting is retried.
 *
 * @module
 */

import { FtError, notRetryable, protocolError } from "../../base/errors.ts";
import { MAX_PATH_BYTES } from "../../base/limits.ts";
import { encodeName } from "../../dialects/name_fields.ts";
import type { CallOptions } from "../../service/files.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import { readUint32 } from "../../wire/frame.ts";
import {
  checkedSize,
  type LegacyContent,
  type LegacyServer,
  refusedWith,
  requireName,
} from "./legacy_server.ts";
import {
  bodyOf,
  openPeer,
  type Peer,
  type PeerOptions,
  readReason,
  sendInTime,
  type Wait,
} from "./legacy_peer.ts";

/** A server of the `oneshot` dialect. */
export class OneshotServer implements LegacyServer {
  readonly dialect = "oneshot";
  readonly #options: PeerOptions;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  async fetch(name: string, call?: CallOptions): Promise<LegacyContent> {
    await using stack = new AsyncDisposableStack();
    const peer = stack.use(await openPeer(this.#options, call));
    const wait = stack.use(peer.wait(call));
    try {
      await sendInTime(peer, wait, encodeName(name));
      const header = await readHeader(peer, name, wait);
      const owned = stack.move();
      return {
        ...header,
        pieces: contentOf(peer, header.bytes, name, wait),
        [Symbol.asyncDispose]: () => owned.disposeAsync(),
      };
    } catch (error) {
      throw notRetryable(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Reads two bytes of status first, because the bytes after `OK` belong to the metadata. */
async function readHeader(
  peer: Peer,
  name: string,
  wait: Wait,
): Promise<{ bytes: number; digest: { algorithm: "md5"; hex: string } }> {
  const { reader } = peer;
  const { signal } = wait;
  const status = decodeUtf8(await reader.readExactly(2, signal), "status");
  if (status !== "OK") {
    if (status + decodeUtf8(await reader.readExactly(3, signal), "status") !== "ERROR") {
      throw protocolError("the answer begins with neither OK nor ERROR");
    }
    throw refusedWith(await readReason(peer, wait), name, "not_found");
  }
  const nameBytes = readUint32(await reader.readExactly(4, signal), 0);
  if (nameBytes > MAX_PATH_BYTES) {
    throw protocolError(`the server sent a name of ${nameBytes} bytes`);
  }
  requireName(decodeUtf8(await reader.readExactly(nameBytes, signal), "name"), name);
  const metadata = await reader.readExactly(40, signal);
  const bytes = checkedSize(new DataView(metadata.buffer, metadata.byteOffset).getBigUint64(0));
  const hex = decodeUtf8(metadata.subarray(8), "digest").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) throw protocolError("the server sent no MD5");
  return { bytes, digest: { algorithm: "md5", hex } };
}

async function* contentOf(
  peer: Peer,
  bytes: number,
  name: string,
  wait: Wait,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bodyOf(peer, bytes, wait);
    if ((await peer.reader.peek(1, wait.signal)).length === 0) return;
  } catch (error) {
    throw notRetryable(error);
  }
  throw new FtError("integrity", `the server sent more than the ${bytes} bytes of ${name}`, {
    name,
  });
}
