/**
 * The payloads of native frames: pure codecs between bytes and values.
 *
 * @module
 */

import * as v from "valibot";
import { protocolError } from "../base/errors.ts";
import { DIGEST_BYTES } from "../blocks/manifest.ts";
import { decodeUtf8 } from "../wire/byte_reader.ts";
import { readUint32 } from "../wire/frame.ts";

const utf8 = new TextEncoder();

/** Four bytes, big-endian, for each number. */
export function uint32s(...values: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(i * 4, value));
  return bytes;
}

/** The exchange a frame belongs to: its first four bytes. @throws `protocol` when too short. */
export function exchangeId(payload: Uint8Array): number {
  if (payload.length < 4) throw protocolError("frame without an exchange id");
  return readUint32(payload, 0);
}

/** A value as JSON in UTF-8. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8.encode(JSON.stringify(value)) as Uint8Array<ArrayBuffer>;
}

/**
 * JSON checked against a schema.
 *
 * @throws `protocol` naming `what` when it is not such a value.
 */
export function decodeJson<S extends v.GenericSchema>(
  schema: S,
  bytes: Uint8Array,
  what: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes, what));
  } catch (cause) {
    throw protocolError(`${what} is not JSON`, cause);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw protocolError(`${what} is not valid: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

/** What announces a block. */
export interface BlockHeader {
  /** Its number in the file. */
  readonly index: number;
  /** Its bytes. */
  readonly length: number;
  readonly digest: Uint8Array<ArrayBuffer>;
}

/** The payload of BLCK after the exchange id. */
export function encodeBlockHeader(header: BlockHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + DIGEST_BYTES);
  bytes.set(uint32s(header.index, header.length));
  bytes.set(header.digest, 8);
  return bytes;
}

/**
 * Reads a BLCK payload, exchange id included.
 *
 * @throws `protocol` for a wrong size or a length above `maxLength`.
 */
export function decodeBlockHeader(payload: Uint8Array, maxLength: number): BlockHeader {
  if (payload.length !== 12 + DIGEST_BYTES) throw protocolError("BLCK has a wrong size");
  const length = readUint32(payload, 8);
  if (length === 0 || length > maxLength) throw protocolError(`a block of ${length} bytes`);
  return { index: readUint32(payload, 4), length, digest: payload.slice(12) };
}

/** A run of digests, from block `first` on. */
export interface DigestRun {
  readonly first: number;
  /** Whole digests, one after the other. */
  readonly digests: Uint8Array<ArrayBuffer>;
}

/** The payload of DGST, HELD and KEEP after the exchange id. */
export function encodeDigestRun(
  run: { first: number; digests: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + run.digests.length);
  bytes.set(uint32s(run.first));
  bytes.set(run.digests, 4);
  return bytes;
}

/** Reads the payload of DGST, HELD or KEEP, exchange id included. @throws `protocol` for a torn digest. */
export function decodeDigestRun(payload: Uint8Array): DigestRun {
  if (payload.length < 8 || (payload.length - 8) % DIGEST_BYTES !== 0) {
    throw protocolError("DGST has a wrong size");
  }
  return { first: readUint32(payload, 4), digests: payload.slice(8) };
}

/** What became of an uploaded block. */
export interface BlockAck {
  readonly index: number;
  /** Whether it was staged; otherwise it arrived damaged and may be sent again. */
  readonly ok: boolean;
}

/** The payload of ACKN after the exchange id. */
export function encodeBlockAck(ack: BlockAck): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5);
  bytes.set(uint32s(ack.index));
  bytes[4] = ack.ok ? 1 : 0;
  return bytes;
}

/** Reads an ACKN payload, exchange id included. */
export function decodeBlockAck(payload: Uint8Array): BlockAck {
  if (payload.length !== 9 || payload[8]! > 1) throw protocolError("ACKN is malformed");
  return { index: readUint32(payload, 4), ok: payload[8] === 1 };
}

/** Reads the single number of a CRED payload, exchange id included. */
export function decodeCredit(payload: Uint8Array): number {
  if (payload.length !== 8) throw protocolError("CRED has a wrong size");
  return readUint32(payload, 4);
}
