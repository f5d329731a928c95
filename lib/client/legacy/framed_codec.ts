/**
 * The client's codec of the `framed` dialect.
 *
 * @module
 */

import { FtError, protocolError } from "../../base/errors.ts";
import { MAX_FILE_BYTES, MAX_MESSAGE_BYTES, MAX_PATH_BYTES } from "../../base/limits.ts";
import { type AnyFrameHeader, decodeAnyHeader } from "../../dialects/framed.ts";
import { encodeFrame, FRAME_HEADER_BYTES, readUint32 } from "../../wire/frame.ts";
import { checkedSize, refusedWith } from "./legacy_server.ts";
import { bodyOf, type Peer } from "./legacy_peer.ts";
import type { Incoming, PersistentCodec } from "./persistent_server.ts";

const utf8 = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Maximum payload bytes of each frame type that is read whole. */
const CAPS: Readonly<Record<string, number>> = {
  FROK: MAX_MESSAGE_BYTES,
  FMTA: 4 + MAX_PATH_BYTES + 8,
  FHSH: 32,
  FERR: MAX_MESSAGE_BYTES,
  CHAT: 16 * MAX_MESSAGE_BYTES,
};

interface Frame {
  readonly type: string;
  readonly payload: Uint8Array<ArrayBuffer>;
}

async function readHeader({ reader }: Peer, signal: AbortSignal): Promise<AnyFrameHeader | null> {
  if ((await reader.peek(1, signal)).length === 0) return null;
  return decodeAnyHeader(await reader.readExactly(FRAME_HEADER_BYTES, signal));
}

/** Reads the next frame of a known type. @throws `protocol` for any other, or above its cap. */
async function readFrame(peer: Peer, signal: AbortSignal): Promise<Frame | null> {
  const head = await readHeader(peer, signal);
  if (head === null) return null;
  const { type, length } = head;
  const cap = CAPS[type];
  if (cap === undefined) throw protocolError(`unexpected frame ${JSON.stringify(type)}`);
  if (length > cap) throw protocolError(`frame ${type} of ${length} bytes`);
  return { type, payload: (await peer.reader.readExactly(length, signal)).slice() };
}

/** Reads a file's metadata: its name and size, then its digest; or a late refusal. */
async function readFile(peer: Peer, signal: AbortSignal): Promise<Incoming> {
  const facts = await expect("FMTA", peer, signal);
  if (facts.type === "FERR") return refusalOf(facts);
  const sum = await expect("FHSH", peer, signal);
  if (sum.type === "FERR") return refusalOf(sum);
  const { payload } = facts;
  const nameBytes = payload.length < 12 ? -1 : readUint32(payload, 0);
  if (nameBytes !== payload.length - 12 || sum.payload.length !== 32) {
    throw protocolError("the metadata of a file is malformed");
  }
  const size = new DataView(payload.buffer, payload.byteOffset).getBigUint64(4 + nameBytes);
  return {
    kind: "file",
    name: lenient.decode(payload.subarray(4, 4 + nameBytes)),
    bytes: checkedSize(size),
    digest: { algorithm: "sha256", hex: sum.payload.toHex() },
  };
}

async function expect(type: string, peer: Peer, signal: AbortSignal): Promise<Frame> {
  const frame = await readFrame(peer, signal);
  if (frame === null) throw new FtError("network", "the server closed the connection");
  if (frame.type === type || frame.type === "FERR") return frame;
  throw protocolError(`${frame.type} instead of ${type}`);
}

function refusalOf({ payload }: Frame): Incoming {
  return { kind: "refusal", reason: lenient.decode(payload) };
}

/** A queue of broadcasts may be long, so only the beginning of a very long one is kept. */
function broadcastOf({ payload }: Frame): Incoming {
  const [, from = "SERVIDOR", text = ""] = /^(?:\[(.*?)\]: ?)?(.*)$/s.exec(
    lenient.decode(payload.subarray(0, 2 * MAX_MESSAGE_BYTES)),
  )!;
  return { kind: "broadcast", from, text };
}

/** The frames of the `framed` dialect. */
export const framedCodec: PersistentCodec = {
  dialect: "framed",
  encodeGet: (name) => encodeFrame("FILE", utf8.encode(name)),
  encodeSay: (text) => encodeFrame("CHAT", utf8.encode(text)),
  encodeExit: () => encodeFrame("QUIT"),
  async next(peer, signal) {
    const frame = await readFrame(peer, signal);
    if (frame === null) return null;
    if (frame.type === "CHAT") return broadcastOf(frame);
    if (frame.type === "FERR") return refusalOf(frame);
    if (frame.type === "FROK") return await readFile(peer, signal);
    throw protocolError(`unexpected ${frame.type} before a file`);
  },
  async *content(peer, { name, bytes }, wait) {
    for (let left = bytes; left > 0;) {
      const head = await readHeader(peer, wait.signal);
      if (head === null) throw new FtError("network", "the server closed the connection");
      const { type, length } = head;
      if (type === "FERR" && length <= MAX_MESSAGE_BYTES) {
        const reason = await peer.reader.readExactly(length, wait.signal);
        throw refusedWith(lenient.decode(reason), name, "conflict");
      }
      if (type !== "FDAT" || length > MAX_FILE_BYTES) {
        throw protocolError(`unexpected frame ${JSON.stringify(type)} in a file`);
      }
      if (length > left) {
        const message = `the server sent more than the ${bytes} bytes of ${name}`;
        throw new FtError("integrity", message, { name });
      }
      yield* bodyOf(peer, length, wait);
      left -= length;
    }
  },
};
