/**
 * Changes of files, as a client that has a folder open learns them: by any user, through any dialect.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import { isWithin } from "../base/is_within.ts";
import type { FolderChange } from "../dialects/dialect.ts";
import type { FileOperation } from "../service/file_event.ts";
import { joinedText } from "../storage/store_path.ts";
import type { UserEvent } from "./user_event.ts";

/** A path that has changed, or is gone. */
interface PathChange {
  readonly path: string;
  readonly removed: boolean;
}

const CHANGING: ReadonlySet<FileOperation> = new Set([
  ...["put", "restore", "mkdir", "change", "lock", "unlock"] as const,
]);

/** Passes changes on to clients that watch. */
export class FileChanges {
  readonly #watchers = new Set<(change: PathChange) => void>();

  /** Learns of a call that has ended. */
  observe(event: UserEvent): void {
    if (event.result !== "done" || this.#watchers.size === 0) return;
    const { op, name, to } = event;
    if (op === "remove" || op === "move") this.#report({ path: name, removed: true });
    if (op === "move" && to !== undefined) this.#report({ path: to, removed: false });
    if (CHANGING.has(op)) this.#report({ path: name, removed: false });
  }

  #report(change: PathChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  /**
   * Calls a function, which must not throw, with each change in a folder that a user may know of,
   * until disposed.
   *
   * @param permission What the user may list at the time.
   */
  watch(
    folder: string,
    permission: Permission,
    onChange: (change: FolderChange) => void,
  ): Disposable {
    const watcher = ({ path, removed }: PathChange) => {
      // A user that has the folder open learns that it is gone, whichever name above it was removed.
      if (removed && isWithin(path, folder)) return onChange({ name: ".", removed });
      const name = childOf(folder, path);
      if (name === undefined || !permission.allows("list", path)) return;
      const child = joinedText(folder, name);
      if (child === path) return onChange({ name, removed });
      if (permission.allows("list", child)) onChange({ name, removed: false });
    };
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }
}

/** The name in a folder that is, or contains, a path. */
function childOf(folder: string, path: string): string | undefined {
  if (path === folder || !isWithin(folder, path)) return undefined;
  return (folder === "." ? path : path.slice(folder.length + 1)).split("/")[0];
}
