/**
 * The end of the audit log, as a server that starts finds it.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { CHAIN_START, type ChainEnd, followed, parseAuditLine } from "./audit_entry.ts";
import { type AuditFile, auditFiles, lastSealPath } from "./audit_files.ts";
import { readSeal } from "./audit_seal.ts";

/** The end of a log. */
export interface AuditTail {
  /** The last file; `undefined` if there is none. */
  readonly file: AuditFile | undefined;
  readonly end: ChainEnd;
  /** Bytes of the last file up to its last whole line. */
  readonly bytes: number;
  /** Bytes after them: a line that was being written when the server was killed. */
  readonly torn: number;
  /** Lines after the last seal. */
  readonly unsealed: number;
}

/**
 * Finds the last line.
 *
 * @throws `integrity` if the lines of the last file are no chain, or do not match their seal.
 */
export async function auditTail(dir: string): Promise<AuditTail> {
  const files = await auditFiles(dir);
  const file = files.at(-1);
  if (file === undefined) return { file, end: CHAIN_START, bytes: 0, torn: 0, unsealed: 0 };
  const content = await readFile(file.path);
  const bytes = content.lastIndexOf(10) + 1;
  const lines = new TextDecoder().decode(content.subarray(0, bytes)).split("\n").slice(0, -1);
  const last = await readSeal(lastSealPath(dir));
  // After a new file was begun, the last seal is that of its predecessor for a moment.
  const seal = last?.first === file.first ? last : null;
  if (last === null && files.length > 1) throw altered(file);
  const before = lines.length > 0
    ? { n: file.first - 1, hash: parseAuditLine(lines[0]!).prev }
    : await endOf(files.at(-2));
  let end = before;
  // A server that had nothing to log leaves the seal of an empty file.
  let matches = seal === null || (seal.n === before.n && seal.hash === before.hash);
  for (const line of lines) {
    ({ end } = followed(line, end));
    if (end.n === seal?.n) matches = end.hash === seal.hash;
  }
  if (!matches) throw altered(file);
  const unsealed = end.n - (seal?.n ?? before.n);
  return { file, end, bytes, torn: content.length - bytes, unsealed };
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** The end of a file that was closed, by its seal. */
async function endOf(file: AuditFile | undefined): Promise<ChainEnd> {
  if (file === undefined) return CHAIN_START;
  const seal = await readSeal(file.sealPath);
  if (seal === null) throw altered(file);
  return seal;
}

function altered({ path }: AuditFile): FtError {
  const message = `${path} does not match its signature: see \`ftserver audit verify\``;
  return new FtError("integrity", message, { name: path });
}
