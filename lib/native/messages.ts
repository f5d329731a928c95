/**
 * Codecs for the payloads of native frames.
 *
 * @module
 */

import * as v from "valibot";
import { protocolError } from "../base/errors.ts";
import { DIGEST_BYTES } from "../blocks/manifest.ts";
import { decodeUtf8 } from "../wire/byte_reader.ts";
import { readUint32 } from "../wire/frame.ts";

const utf8 = new TextEncoder();

/** Encodes unsigned 32-bit integers, big-endian. */
export function uint32s(...values: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(i * 4, value));
  return bytes;
}

/** Decodes the exchange id, the first four bytes. @throws `protocol` for a shorter payload. */
export function exchangeId(payload: Uint8Array): number {
  if (payload.length < 4) throw protocolError("frame without an exchange id");
  return readUint32(payload, 0);
}

/** Encodes a value as JSON in UTF-8. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8.encode(JSON.stringify(value)) as Uint8Array<ArrayBuffer>;
}

/**
 * Decodes JSON and checks it against a schema.
 *
 * @throws `protocol` with the name `what` if the value is invalid.
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
  // The first fault is enough: a message has room for thousands, and each takes a thousand bytes.
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw protocolError(`${what} is not valid: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

/** The announcement of a block. */
export interface BlockHeader {
  /** The number of the block in its file. */
  readonly index: number;
  /** The length in bytes. */
  readonly length: number;
  readonly digest: Uint8Array<ArrayBuffer>;
}

/** Encodes the payload of BLCK, without the exchange id. */
export function encodeBlockHeader(header: BlockHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + DIGEST_BYTES);
  bytes.set(uint32s(header.index, header.length));
  bytes.set(header.digest, 8);
  return bytes;
}

/**
 * Decodes the payload of BLCK, exchange id included.
 *
 * @throws `protocol` for a wrong size, a length of 0 or one above `maxLength`.
 */
export function decodeBlockHeader(payload: Uint8Array, maxLength: number): BlockHeader {
  if (payload.length !== 12 + DIGEST_BYTES) throw protocolError("BLCK has a wrong size");
  const length = readUint32(payload, 8);
  if (length === 0 || length > maxLength) throw protocolError(`a block of ${length} bytes`);
  return { index: readUint32(payload, 4), length, digest: payload.slice(12) };
}

/** Digests of consecutive blocks, starting with block `first`. */
export interface DigestRun {
  readonly first: number;
  /** The concatenated digests. */
  readonly digests: Uint8Array<ArrayBuffer>;
}

/** Encodes the payload of DGST, HELD or KEEP, without the exchange id. */
export function encodeDigestRun(
  run: { first: number; digests: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + run.digests.length);
  bytes.set(uint32s(run.first));
  bytes.set(run.digests, 4);
  return bytes;
}

/**
 * Decodes the payload of DGST, HELD or KEEP, exchange id included.
 *
 * @throws `protocol` for no digest, or an incomplete one.
 */
export function decodeDigestRun(payload: Uint8Array): DigestRun {
  if (payload.length <= 8 || (payload.length - 8) % DIGEST_BYTES !== 0) {
    throw protocolError("DGST has a wrong size");
  }
  return { first: readUint32(payload, 4), digests: payload.slice(8) };
}

/** The result of an uploaded block. */
export interface BlockAck {
  readonly index: number;
  /** Whether the block was staged; otherwise it arrived damaged and may be resent. */
  readonly ok: boolean;
}

/** Encodes the payload of ACKN, without the exchange id. */
export function encodeBlockAck(ack: BlockAck): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5);
  bytes.set(uint32s(ack.index));
  bytes[4] = ack.ok ? 1 : 0;
  return bytes;
}

/** Decodes the payload of ACKN, exchange id included. @throws `protocol`. */
export function decodeBlockAck(payload: Uint8Array): BlockAck {
  if (payload.length !== 9 || payload[8]! > 1) throw protocolError("ACKN is malformed");
  return { index: readUint32(payload, 4), ok: payload[8] === 1 };
}

/** Decodes the payload of UPTO, exchange id included: a block number. @throws `protocol`. */
export function decodeUpTo(payload: Uint8Array): number {
  if (payload.length !== 8) throw protocolError("UPTO has a wrong size");
  return readUint32(payload, 4);
}

/** Decodes the payload of CRED, exchange id included. @throws `protocol`. */
export function decodeCredit(payload: Uint8Array): number {
  if (payload.length !== 8) throw protocolError("CRED has a wrong size");
  const bytes = readUint32(payload, 4);
  if (bytes === 0) throw protocolError("CRED for nothing");
  return bytes;
}
