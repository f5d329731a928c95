/**
 * Reading the audit log: all of its entries, and the proof that none is missing or changed.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import {
  type AuditLine,
  CHAIN_START,
  type ChainEnd,
  followed,
  parseAuditLine,
} from "./audit_entry.ts";
import { type AuditFile, auditFiles, lastSealPath, linesOf } from "./audit_files.ts";
import { readSeal, type Seal } from "./audit_seal.ts";

/** Reads all entries, oldest first. @throws `integrity` for a line that is no entry. */
export async function* auditEntries(dir: string): AsyncGenerator<AuditLine> {
  for (const file of await auditFiles(dir)) {
    for (const line of await linesOf(file)) yield parseAuditLine(line);
  }
}

/** The result of {@linkcode verifyAudit}. */
export interface AuditProof {
  /** The numbers of the first and of the last line; both 0 for an empty log. */
  readonly first: number;
  readonly last: number;
  /** The public keys that signed it: SPKI in base64. */
  readonly keys: readonly string[];
  /** Lines at the end without a signature: a running server signs them soon. */
  readonly unsealed: number;
}

/**
 * Checks every line, and the seal of every file.
 *
 * @throws `integrity` for the first fault: a line that was changed, is missing or was added, or a
 *   wrong signature.
 */
export async function verifyAudit(dir: string): Promise<AuditProof> {
  const files = await auditFiles(dir);
  const last = await readSeal(lastSealPath(dir));
  if (last === null && files.length > 1) {
    throw new FtError(
      "integrity",
      `the signature of the last lines is missing: ${lastSealPath(dir)}`,
    );
  }
  const keys = new Set<string>();
  let end = files[0] === undefined ? CHAIN_START : await beginning(files[0]);
  let unsealed = 0;
  let removed = 0;
  for (const file of files) {
    const closed = file !== files.at(-1);
    const seal = closed || last?.first !== file.first ? await readSeal(file.sealPath) : last;
    if (seal !== null) keys.add(seal.key);
    for (const { entry, end: next } of chainIn(file, await linesOf(file), end)) {
      end = next;
      if (end.n === seal?.n) requireSealed(file, seal, end);
      if (entry.op === "audit.removed") removed = entry.count ?? 0;
    }
    if (seal !== null && seal.n > end.n) throw missing(end.n + 1, seal.n);
    unsealed = end.n - (seal?.n ?? file.first - 1);
    if (closed && unsealed > 0) {
      throw new FtError("integrity", `lines were added at the end of ${file.path}`);
    }
  }
  if (last !== null && last.n > end.n) throw missing(end.n + 1, last.n);
  const first = files[0]?.first ?? 0;
  if (first - 1 > removed) throw missing(1, first - 1);
  return { first, last: end.n, keys: [...keys], unsealed };
}

/** Follows the chain through a file. */
function* chainIn(file: AuditFile, lines: readonly string[], start: ChainEnd) {
  if (file.first !== start.n + 1) throw missing(start.n + 1, file.first - 1);
  let end = start;
  for (const line of lines) {
    const next = followed(line, end);
    end = next.end;
    yield next;
  }
}

/** The place before a file whose predecessors were removed. */
async function beginning(file: AuditFile): Promise<ChainEnd> {
  if (file.first === 1) return CHAIN_START;
  const [line] = await linesOf(file);
  if (line !== undefined) return { n: file.first - 1, hash: parseAuditLine(line).prev };
  return { n: file.first - 1, hash: CHAIN_START.hash };
}

function requireSealed({ first, path }: AuditFile, seal: Seal, end: ChainEnd): void {
  if (seal.first === first && seal.hash === end.hash) return;
  throw new FtError("integrity", `line ${end.n} does not match the signature of ${path}`);
}

function missing(first: number, last: number): FtError {
  const which = first === last
    ? `line ${first} is missing`
    : `lines ${first} to ${last} are missing`;
  return new FtError("integrity", which);
}
