/**
 * Properties of an upload in the request that creates it (tus 1.0, creation: `Upload-Metadata`).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { MAX_UPLOAD_METADATA_CHARS } from "../../base/limits.ts";
import { storePath } from "../../storage/store_path.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import { HttpError } from "../http/http_error.ts";
import type { Existing, UploadFacts } from "./stored_upload.ts";

const EXISTING: ReadonlySet<string> = new Set<Existing>(["refuse", "overwrite", "rename"]);

/**
 * Reads the facts about an upload. Keys without a meaning here are returned to the client, as all are.
 *
 * @throws {HttpError} 400 for what cannot be understood, 413 for too much; as `storePath` for a name
 *   that leaves the served folder.
 */
export function uploadFacts(metadata: string | null): UploadFacts {
  const values = parseMetadata(metadata);
  const name = values.get("filename");
  if (name === undefined || name === "") throw invalid("filename is missing");
  const existing = values.get("existing") ?? "refuse";
  if (!EXISTING.has(existing)) throw invalid(`existing is ${existing}`);
  return {
    ...{ metadata, name: storePath(name), existing: existing as Existing },
    mtimeMs: timeIn(values.get("lastModified")),
    sha256: digestIn(values, "sha256"),
    root: digestIn(values, "root"),
  };
}

/** Parses the field: keys, each with a value in base64 or none. */
function parseMetadata(metadata: string | null): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (metadata === null || metadata.trim() === "") return values;
  if (metadata.length > MAX_UPLOAD_METADATA_CHARS) {
    const message = `Upload-Metadata is longer than ${MAX_UPLOAD_METADATA_CHARS} characters`;
    throw new HttpError(413, message);
  }
  for (const pair of metadata.split(",")) {
    const [, key, value = ""] =
      /^ *([\x21-\x2b\x2d-\x7e]+)(?: ([A-Za-z\d+/]*={0,2}))? *$/.exec(pair) ?? [];
    if (key === undefined || values.has(key)) throw invalid(pair.trim() || "an empty pair");
    values.set(key, decode(key, value));
  }
  return values;
}

function decode(key: string, value: string): string {
  try {
    return decodeUtf8(new Uint8Array(Buffer.from(value, "base64")));
  } catch {
    throw invalid(`${key} is not UTF-8`);
  }
}

function timeIn(value: string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  if (!/^-?\d{1,15}(\.\d+)?$/.test(value)) throw invalid(`lastModified is ${value}`);
  return Math.floor(Number(value));
}

function digestIn(values: ReadonlyMap<string, string>, key: string): string | undefined {
  const value = values.get(key)?.toLowerCase();
  if (value === undefined || value === "") return undefined;
  if (!/^[\da-f]{64}$/.test(value)) throw invalid(`${key} has not 64 hex digits`);
  return value;
}

function invalid(what: string): HttpError {
  return new HttpError(400, `invalid Upload-Metadata: ${what}`);
}
