/**
 * The abilities of a legacy server: whole files as streams, with a digest of the whole or without.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../../base/errors.ts";
import { MAX_FILE_BYTES } from "../../base/limits.ts";
import { cutMiddle, escapeControls } from "../../base/text.ts";
import type { CallOptions, SumAlgorithm } from "../../service/files.ts";

/** The digest a server promises for a file. */
export interface PromisedDigest {
  /** The hash function. */
  readonly algorithm: SumAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
}

/** A file being received. Disposing it discards the rest. */
export interface LegacyContent extends AsyncDisposable {
  /** Size in bytes; absent if the file ends with the stream. */
  readonly bytes?: number;
  /** Absent if the content cannot be verified. */
  readonly digest?: PromisedDigest;
  /**
   * The content; each piece is valid until the next one is read.
   *
   * @throws `network` when it ends early, `integrity` when it is longer than announced.
   */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** A server with a legacy dialect. Disposing it disconnects. */
export interface LegacyServer extends AsyncDisposable {
  /** The name of its dialect. */
  readonly dialect: string;
  /** Requests a file. @throws `not_found`, `network`, `protocol`, and the server's refusal. */
  fetch(name: string, call?: CallOptions): Promise<LegacyContent>;
  /**
   * Uploads a file; absent if the dialect has no uploads.
   *
   * @throws `conflict` when the name is taken.
   */
  store?(name: string, content: AsyncIterable<Uint8Array>, call?: CallOptions): Promise<void>;
  /** Lists the names in a folder; absent if the dialect has no listing. */
  list?(dir: string, call?: CallOptions): Promise<readonly string[]>;
}

/** The error for a request that a dialect does not support. */
export function lacks(dialect: string, ability: string): FtError {
  return new FtError("protocol", `the ${dialect} dialect has no ${ability}`);
}

const MISSING = /not found|no such|não encontrado|does not exist/i;

/** The refusal of a full server, which may accept a later request. */
const FULL = /too many (connections|open files)/i;

/** Phrases in refusals, and the codes they stand for. */
const PHRASES: readonly (readonly [ErrorCode, RegExp])[] = [
  ["disk_full", /disk (is )?full|no space/i],
  ["not_allowed", /not allowed|denied|permission|forbidden/i],
  ["not_found", MISSING],
  ["conflict", /exists/i],
  ["protocol", /not a text|utf-?8|codec/i],
  ["limit", /too (large|long|many|much)|longer than/i],
];

/**
 * A refusal as an error. The legacy dialects have no error codes, so known phrases decide.
 *
 * @param fallback The code for unknown phrases: the usual reason to refuse this request.
 */
export function refusedWith(
  reason: string,
  name: string,
  fallback: "not_found" | "conflict",
): FtError {
  const text = cutMiddle(escapeControls(reason.trim()), 300);
  const code = PHRASES.find(([, phrase]) => phrase.test(text))?.[0] ?? fallback;
  const known = code === "not_found" && MISSING.test(text);
  const message = known ? `not found: ${name}` : `refused: ${text}`;
  return new FtError(code, message, { name, retryable: FULL.test(text) || undefined });
}

/** Checks a size from a header. @throws `protocol` for one that no file can have. */
export function checkedSize(bytes: number | bigint): number {
  if (bytes >= 0 && bytes <= MAX_FILE_BYTES) return Number(bytes);
  throw new FtError("protocol", `the server announced ${bytes} bytes`);
}

/**
 * Checks that the name in a header is the requested one; some servers leave out its folders.
 *
 * @throws `protocol` when it is a different name.
 */
export function requireName(answered: string, requested: string): void {
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  if (last(answered) === last(requested)) return;
  if (last(answered.replaceAll("\\", "/")) === last(requested)) return;
  const shown = cutMiddle(escapeControls(answered), 300);
  throw new FtError("protocol", `the server sent another file than ${requested}: ${shown}`);
}
