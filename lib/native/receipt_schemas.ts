/**
 * The JSON of receipts.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_PATH_BYTES } from "../base/limits.ts";

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{1,1024}={0,2}$/));

/** The facts that are signed, in the order in which they are. */
const facts = {
  /** The path on the server. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PATH_BYTES)),
  /** Size in bytes. */
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** The root of the content. */
  root: hex,
  /** The SHA-256 of the whole content, where the server knows it. */
  sha256: v.optional(hex),
  /** The login that asked for the receipt. */
  user: v.pipe(v.string(), v.maxLength(256)),
  /** The time of the receipt, in UTC. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** The fingerprint of the server. */
  server: hex,
  /** Its public key: SPKI in base64. */
  key: base64,
};

/** The requests about receipts. */
export const receiptRequests = [
  v.object({ op: v.literal("receipt"), path: v.string(), root: hex }),
] as const;

/** Checks a receipt. Other properties are dropped: they are not signed. */
export const receiptSchema = v.object({ ...facts, signature: base64 });
