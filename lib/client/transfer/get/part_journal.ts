/**
 * The journal of a part file: it records which version of which file the part belongs to.
 *
 * @module
 */

import * as v from "valibot";
import { writeAtomically } from "../../../base/atomic_write.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { PartPaths } from "./part_names.ts";

const journalSchema = v.object({
  /** The name on the server. */
  name: v.string(),
  bytes: v.number(),
  revision: v.string(),
});

/** The remote version a part file belongs to. */
export type PartJournal = v.InferOutput<typeof journalSchema>;

/** Reads the journal of a target's part file; `null` if it is missing or invalid. */
export function readJournal({ journal }: PartPaths): PartJournal | null {
  try {
    return v.parse(journalSchema, JSON.parse(Deno.readTextFileSync(journal)));
  } catch {
    return null;
  }
}

/** Writes the journal of a target's part file. @throws `disk_full`, `not_allowed`. */
export function writeJournal(paths: PartPaths, journal: PartJournal): void {
  const { target, journalDraft: draft } = paths;
  try {
    writeAtomically(paths.journal, JSON.stringify(journal), { replace: true, draft });
  } catch (error) {
    throw asFtError(error, `Cannot write ${target}`, target);
  }
}
