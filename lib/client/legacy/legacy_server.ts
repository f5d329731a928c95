/**
 * What a server of an older dialect can do: whole files as streams, with a digest of the whole or
 * with none.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../../base/errors.ts";
import { MAX_FILE_BYTES } from "../../base/limits.ts";
import { escapeControls } from "../../base/text.ts";
import type { CallOptions, SumAlgorithm } from "../../service/files.ts";

/** What a server says a file's content hashes to. */
export interface PromisedDigest {
  /** How it is computed. */
  readonly algorithm: SumAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
}

/** A file on its way. Disposing it gives up what is still to come. */
export interface LegacyContent extends AsyncDisposable {
  /** Its size; absent where only the end of the stream tells. */
  readonly bytes?: number;
  /** Absent where nothing vouches for the content. */
  readonly digest?: PromisedDigest;
  /**
   * The content; each piece holds until the next is asked for.
   *
   * @throws `network` when it ends early, `integrity` when there is more than was said.
   */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** A server of an older dialect. Disposing it hangs up. */
export interface LegacyServer extends AsyncDisposable {
  /** Its name. */
  readonly dialect: string;
  /** Asks for a file. @throws `not_found`, `network`, `protocol`, and what it refuses with. */
  fetch(name: string, call?: CallOptions): Promise<LegacyContent>;
  /**
   * Sends a file; absent where the dialect has no uploads.
   *
   * @throws `conflict` when the name is taken.
   */
  store?(name: string, content: AsyncIterable<Uint8Array>, call?: CallOptions): Promise<void>;
  /** Names in a folder; absent where the dialect has no listing. */
  list?(dir: string, call?: CallOptions): Promise<readonly string[]>;
}

/** What a dialect cannot do, in a sentence. */
export function lacks(dialect: string, what: string): FtError {
  return new FtError("protocol", `the ${dialect} dialect has no ${what}`);
}

const WORDS_OF_ABSENCE = /not found|no such|não encontrado|does not exist/i;

/** A server that is full, which may have room again. */
const FULL = /too many connections/i;

/** Words of servers, ours and others', and what they mean. */
const WORDS: readonly (readonly [ErrorCode, RegExp])[] = [
  ["disk_full", /disk (is )?full|no space/i],
  ["not_allowed", /not allowed|denied|permission|forbidden/i],
  ["not_found", WORDS_OF_ABSENCE],
  ["conflict", /exists/i],
  ["protocol", /not a text|utf-?8|codec/i],
  ["limit", /too (large|long|many|much)|longer than/i],
];

/**
 * A refusal in words, as an error. The older dialects have nothing but words: those that servers
 * are known to use decide, and else what a refusal of this request mostly means.
 */
export function refusedWith(
  reason: string,
  name: string,
  mostly: "not_found" | "conflict",
): FtError {
  const text = escapeControls(reason.trim()).slice(0, 300);
  const code = WORDS.find(([, words]) => words.test(text))?.[0] ?? mostly;
  const known = code === "not_found" && WORDS_OF_ABSENCE.test(text);
  const message = known ? `not found: ${name}` : `refused: ${text}`;
  return new FtError(code, message, { name, ...(FULL.test(text) && { retryable: true }) });
}

/** A size from a header. @throws `protocol` for one that no file has. */
export function checkedSize(bytes: number | bigint): number {
  if (bytes >= 0 && bytes <= MAX_FILE_BYTES) return Number(bytes);
  throw new FtError("protocol", `the server announced ${bytes} bytes`);
}

/**
 * Holds the name in a header against the one that was asked for; some servers leave folders out.
 *
 * @throws `protocol` when it is another.
 */
export function requireName(told: string, asked: string): void {
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  if (last(told.replaceAll("\\", "/")) === last(asked)) return;
  throw new FtError("protocol", `the server answered for ${escapeControls(told).slice(0, 300)}`, {
    name: asked,
  });
}
