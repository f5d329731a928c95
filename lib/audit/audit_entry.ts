/**
 * The entries of the audit log, and the chain that they form: each line contains the SHA-256 of the
 * line before it.
 *
 * @module
 */

import { hash } from "node:crypto";
import { FtError } from "../base/errors.ts";
import { MAX_AUDIT_NAME_CHARS } from "../base/limits.ts";

/** An entry, before it has its place in the chain. */
export interface AuditEntry {
  /** The kind of call; with a dot for entries of the log about itself, such as `audit.lost`. */
  readonly op: string;
  /** When it ended, in milliseconds since 1970. */
  readonly atMs: number;
  /** The user; absent for entries of the log about itself. */
  readonly user?: string | undefined;
  /** The peer's address and port. */
  readonly from?: string | undefined;
  /** The dialect. */
  readonly door?: string | undefined;
  readonly name?: string | undefined;
  /** Where something was moved to. */
  readonly to?: string | undefined;
  readonly bytes?: number | undefined;
  readonly root?: string | undefined;
  /** `done`, or the code of an error. */
  readonly result?: string | undefined;
  /** The number of lines that an entry of the log about itself is about. */
  readonly count?: number | undefined;
}

/** An entry as it is stored: one line of JSON. */
export interface AuditLine extends Omit<AuditEntry, "atMs"> {
  /** Its number, from 1, without gaps. */
  readonly n: number;
  /** When it ended, as an ISO 8601 time in UTC. */
  readonly at: string;
  /** The SHA-256 of the line before it, without its end, in hex. */
  readonly prev: string;
}

/** A place in the chain: the last line so far. */
export interface ChainEnd {
  /** Its number; 0 before the first line. */
  readonly n: number;
  /** Its SHA-256 in hex. */
  readonly hash: string;
}

/** The place before the first line. */
export const CHAIN_START: ChainEnd = { n: 0, hash: "0".repeat(64) };

/** Adds an entry to the chain. @returns Its line, without its end, and the new end of the chain. */
export function chained(
  entry: AuditEntry,
  end: ChainEnd,
): { readonly line: string; readonly end: ChainEnd } {
  const { atMs, name, ...facts } = entry;
  const line = JSON.stringify({
    n: end.n + 1,
    at: new Date(atMs).toISOString(),
    ...facts,
    name: name?.slice(0, MAX_AUDIT_NAME_CHARS),
    prev: end.hash,
  });
  return { line, end: { n: end.n + 1, hash: hash("sha256", line, "hex") } };
}

/**
 * Checks that a line follows in the chain.
 *
 * @throws `integrity` if it was changed, or if lines are missing or were added before it.
 */
export function followed(
  line: string,
  end: ChainEnd,
): { readonly entry: AuditLine; readonly end: ChainEnd } {
  const entry = parseAuditLine(line);
  if (entry.n !== end.n + 1) {
    throw new FtError("integrity", `line ${end.n + 1} is missing: ${entry.n} follows ${end.n}`);
  }
  if (entry.prev !== end.hash) {
    throw new FtError("integrity", `line ${end.n} was changed, or line ${entry.n} was added`);
  }
  return { entry, end: { n: entry.n, hash: hash("sha256", line, "hex") } };
}

/** Parses a line. @throws `integrity` if it is none. */
export function parseAuditLine(line: string): AuditLine {
  try {
    const entry = JSON.parse(line);
    const { n, at, prev, op } = entry ?? {};
    if (Number.isSafeInteger(n) && [at, prev, op].every((text) => typeof text === "string")) {
      return entry;
    }
  } catch {
    // It is no JSON, so it is no entry either.
  }
  throw new FtError("integrity", `not an entry of the audit log: ${line.slice(0, 80)}`);
}
