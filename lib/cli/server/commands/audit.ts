/**
 * `ftserver audit` and `ftserver audit verify`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { AuditLine } from "../../../audit/audit_entry.ts";
import { auditEntries, type AuditProof, verifyAudit } from "../../../audit/audit_reading.ts";
import { AUDIT_RETRY_MS } from "../../../base/limits.ts";
import { FtError } from "../../../base/errors.ts";
import { formatBytes } from "../../../base/format_bytes.ts";
import { isWithin } from "../../../base/is_within.ts";
import { delay } from "../../../base/signals.ts";
import { pinOfKey } from "../../../net/pin.ts";
import { readIdentity } from "../../../net/tls_identity.ts";
import { auditDir } from "../../../server/audit_trail.ts";
import { parseSpan } from "../../format/spans.ts";
import { localTime } from "../../format/times.ts";
import { printTable } from "../../terminal/table.ts";
import type { ServerContext } from "../server_context.ts";
import { tlsFiles } from "../start/serve_options.ts";
import { stateDir } from "../state_dir.ts";

/** Rows that are printed together, with one width for each column. */
const ROWS = 1_000;
/** Looks at lines that a running server has not signed yet. */
const SIGNATURE_LOOKS = 5;

/** `audit`: prints the entries that match the flags, oldest first. */
export async function runAudit({ values, readEnv, out }: ServerContext): Promise<number> {
  const { user, path, op } = values;
  const since = values.since === undefined ? undefined : parseSince(values.since);
  const rows: string[][] = [];
  for await (const entry of auditEntries(auditDir(stateDir(values.state, readEnv)))) {
    if (user !== undefined && entry.user !== user) continue;
    if (op !== undefined && entry.op !== op) continue;
    if (since !== undefined && entry.at < since) continue;
    if (path !== undefined && !concerns(entry, path)) continue;
    if (out.json) out.object(entry);
    else if (rows.push(rowOf(entry)) === ROWS) printTable(out, HEADINGS, rows.splice(0));
  }
  printTable(out, HEADINGS, rows);
  return 0;
}

/** A moment, or a span before now, as the time of an entry. @throws `usage`. */
function parseSince(text: string): string {
  const span = parseSpan(text);
  const ms = span === null ? Date.parse(text) : Date.now() - span;
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  const expected = "expected a time such as 12h, 7d or 2026-01-31T12:00";
  throw new FtError("usage", `--since: ${expected}, got "${text}"`);
}

/** Whether an entry is about a path, or about something below it. */
function concerns({ name, to }: AuditLine, path: string): boolean {
  const folder = path.replace(/^\/+|\/+$/g, "") || ".";
  return [name, to].some((at) => at !== undefined && isWithin(folder, at));
}

const HEADINGS = ["TIME", "USER", "OP", "RESULT", "SIZE", "FROM", "DIALECT", "NAME"];

function rowOf({ at, user, op, result, bytes, from, door, name, to, count }: AuditLine): string[] {
  const size = bytes === undefined ? "-" : formatBytes(bytes);
  const names = to === undefined ? name ?? `${count ?? ""} entries` : `${name} -> ${to}`;
  const time = localTime(Date.parse(at));
  return [time, user ?? "-", op, result ?? "-", size, from ?? "-", door ?? "-", names];
}

/** `audit verify`: proves that no entry was changed, removed or added. */
export async function runAuditVerify({ values, readEnv, out }: ServerContext): Promise<number> {
  const state = stateDir(values.state, readEnv);
  const proof = await signedProof(auditDir(state));
  const identity = await readIdentity(state, tlsFiles(values));
  const pins = proof.keys.map((key) => pinOfKey(new Uint8Array(Buffer.from(key, "base64"))));
  const foreign = pins.find((pin) => identity !== null && pin !== identity.pin);
  if (foreign !== undefined) {
    throw new FtError("integrity", `signed by another identity: ${foreign}`);
  }
  const { first, last } = proof;
  const result = { entries: last === 0 ? 0 : last - first + 1, first, last, pins };
  if (out.json) out.object(result);
  else out.line(`${result.entries} entries, none changed, missing or added`);
  return 0;
}

/** @throws `integrity`, also if the last entries stay without a signature. */
async function signedProof(dir: string): Promise<AuditProof> {
  for (let looks = 1;; looks++) {
    const proof = await verifyAudit(dir);
    if (proof.unsealed === 0) return proof;
    if (looks === SIGNATURE_LOOKS) {
      const why = "its server was killed, or they were added";
      const first = proof.last - proof.unsealed + 1;
      throw new FtError("integrity", `entries ${first} to ${proof.last} have no signature: ${why}`);
    }
    await delay(AUDIT_RETRY_MS / 2);
  }
}
