/**
 * Encodes the content of many small files as one journal file, which is synced before any of them
 * becomes visible: one sync for hundreds of files.
 *
 * Layout: `FTB1`, a 32-byte SHA-256 of everything that follows, a 4-byte length, that many bytes of
 * JSON (an array of {@linkcode BatchEntry}), then the concatenated contents.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { createHash } from "node:crypto";
import * as v from "valibot";
import { storePath } from "./store_path.ts";
import type { SmallContent } from "./store.ts";

const MAGIC = new TextEncoder().encode("FTB1");
const HEAD_BYTES = MAGIC.length + 32 + 4;

const entriesSchema = v.array(v.object({
  path: v.string(),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  mtimeMs: v.number(),
  executable: v.boolean(),
  mode: v.optional(v.number()),
}));
/** A file in a journal. */
export type BatchEntry = v.InferOutput<typeof entriesSchema>[number];

/** Encodes files as a journal. */
export function encodeBatch(files: readonly SmallContent[]): Uint8Array<ArrayBuffer> {
  const entries: BatchEntry[] = files.map(({ path, bytes, mtimeMs, executable, mode }) => ({
    path,
    bytes: bytes.length,
    mtimeMs,
    executable,
    mode,
  }));
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const contents = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const journal = new Uint8Array(HEAD_BYTES + json.length + contents);
  new DataView(journal.buffer).setUint32(MAGIC.length + 32, json.length);
  journal.set(json, HEAD_BYTES);
  let at = HEAD_BYTES + json.length;
  for (const { bytes } of files) {
    journal.set(bytes, at);
    at += bytes.length;
  }
  journal.set(MAGIC);
  journal.set(digestOf(journal), MAGIC.length);
  return journal;
}

function digestOf(journal: Uint8Array): Uint8Array {
  return createHash("sha256").update(journal.subarray(MAGIC.length + 32)).digest();
}

/** Decodes a journal. @returns `null` for a torn one, whose success was never confirmed. */
export function decodeBatch(journal: Uint8Array<ArrayBuffer>): SmallContent[] | null {
  if (journal.length < HEAD_BYTES) return null;
  const promised = journal.subarray(MAGIC.length, MAGIC.length + 32);
  const digest = digestOf(journal);
  if (!equals(promised, digest)) return null;
  const length = new DataView(journal.buffer, journal.byteOffset).getUint32(MAGIC.length + 32);
  const json = new TextDecoder().decode(journal.subarray(HEAD_BYTES, HEAD_BYTES + length));
  let at = HEAD_BYTES + length;
  return v.parse(entriesSchema, JSON.parse(json)).map(({ path, bytes, ...facts }) => ({
    ...facts,
    path: storePath(path),
    bytes: journal.subarray(at, at += bytes),
  }));
}
