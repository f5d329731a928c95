/**
 * Renames in a watched folder, which the server can do without getting the content again.
 *
 * @module
 */

import type { CallOptions, Files } from "../../../service/files.ts";
import { hasCode } from "../../../base/errors.ts";
import { sameTime } from "../local_facts.ts";
import { localJoin, lookQuietly } from "../local_path.ts";
import { findTarget } from "../put/remote_target.ts";

/** A folder, and its copy on the server. */
export interface WatchedPair {
  readonly source: string;
  readonly target: string;
}

/** Remembers renames until they are taken. */
export class Renames {
  /** The old path by the new one. */
  readonly #from = new Map<string, string>();

  /** Notes that a path got another name. */
  note(from: string, to: string): void {
    const first = this.#from.get(from) ?? from;
    this.#from.delete(from);
    if (first !== to) this.#from.set(to, first);
  }

  /** Takes the renames to these paths. */
  take(paths: readonly string[]): (readonly [from: string, to: string])[] {
    return paths.flatMap((to) => {
      const from = this.#from.get(to);
      this.#from.delete(to);
      return from === undefined ? [] : [[from, to] as const];
    });
  }

  /** Forgets everything. */
  clear(): void {
    this.#from.clear();
  }
}

/**
 * Renames on the server what was renamed here, if it has the old name there, and not the new one. What
 * cannot be renamed is sent.
 *
 * @throws An error of the connection.
 */
export async function moveRenamed(
  files: Pick<Files, "stat" | "move">,
  { source, target }: WatchedPair,
  renames: readonly (readonly [from: string, to: string])[],
  { signal }: CallOptions,
): Promise<void> {
  for (const [from, to] of renames) {
    const now = lookQuietly(localJoin(source, to));
    if (now === null || lookQuietly(localJoin(source, from)) !== null) continue;
    const [old, fresh] = [localJoin(target, from), localJoin(target, to)];
    const [was, is] = await Promise.all([old, fresh].map((at) => findTarget(files, at, signal)));
    if (was === null || was === undefined || is !== null || was.type !== now.kind) continue;
    const isSame = was.type === "dir" ||
      (was.bytes === now.bytes && sameTime(was.mtimeMs, now.mtimeMs));
    if (!isSame) continue;
    await files.move(old, fresh, { signal }).catch((error) => {
      signal?.throwIfAborted();
      if (hasCode(error, "network")) throw error;
    });
  }
}
