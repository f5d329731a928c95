/**
 * Prints what a mirror removes.
 *
 * @module
 */

import type { RemovedName } from "../../client/remote/transfer_events.ts";
import type { Output } from "../terminal/output.ts";

/** The object of `--json` for something that is removed; `rm` prints the same. */
function removedObject({ name, path, kept }: RemovedName): Record<string, unknown> {
  return { op: "rm", name, path, kept };
}

/** Prints what a dry run would remove. */
export function printUnwanted(removed: RemovedName, out: Output): void {
  const object = { ...removedObject(removed), dryRun: true };
  out.result(object, `would remove ${removed.path ?? removed.name}`);
}

/** Prints what was removed: the summary counts it, and details name it. */
export function printRemoved(removed: RemovedName, out: Output): void {
  const { name, path = name, kept } = removed;
  if (out.json) out.object(removedObject(removed));
  else out.detail(`removed ${path}${kept === undefined ? "" : `, kept as ${kept}`}`);
}
