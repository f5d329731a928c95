/**
 * The files of the audit log: `audit-N.jsonl`, where N is the number of the first line, and
 * `audit-N.seal` with its signature. That of the last file is `audit.seal`: its name is fixed, so
 * that it is missed when it is gone.
 *
 * @module
 */

import { asFtError, codeOf } from "../base/os_errors.ts";

/** A file of the log. */
export interface AuditFile {
  /** The number of its first line. */
  readonly first: number;
  readonly path: string;
  readonly sealPath: string;
}

/** The file whose first line has the given number. */
export function auditFile(dir: string, first: number): AuditFile {
  const stem = `${dir}/audit-${String(first).padStart(12, "0")}`;
  return { first, path: `${stem}.jsonl`, sealPath: `${stem}.seal` };
}

/** The path of the seal of the last file. */
export function lastSealPath(dir: string): string {
  return `${dir}/audit.seal`;
}

/** Lists the files, oldest first; none if there is no such folder. */
export async function auditFiles(dir: string): Promise<readonly AuditFile[]> {
  const files: AuditFile[] = [];
  try {
    for await (const { name } of Deno.readDir(dir)) {
      const [, first] = /^audit-(\d{12,})\.jsonl$/.exec(name) ?? [];
      if (first !== undefined) files.push(auditFile(dir, Number(first)));
    }
  } catch (error) {
    if (codeOf(error) === "not_found") return [];
    throw asFtError(error, `Cannot read ${dir}`, dir);
  }
  return files.sort((one, other) => one.first - other.first);
}

/**
 * Reads the whole lines of a file, without their ends; a file is bounded in size.
 *
 * @throws `not_found` if the file was removed meanwhile.
 */
export async function linesOf({ path }: AuditFile): Promise<readonly string[]> {
  try {
    // A last line without an end is still being written.
    return (await Deno.readTextFile(path)).split("\n").slice(0, -1);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}
