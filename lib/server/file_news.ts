/**
 * Changes of files that are made at other servers of the same store: quotas count them, and users
 * here see them as if they were made here.
 *
 * @module
 */

import { CHANGE_OPS, type FileNews, type SharedFiles } from "../cluster/shared_files.ts";
import type { FileOperation } from "../service/file_event.ts";
import type { QuotaUse } from "../service/quota_use.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";
import type { UserEvent, UserEventObserver } from "./user_event.ts";

type Change = Extract<FileNews, { kind: "change" }>;

const CHANGES: ReadonlySet<FileOperation> = new Set(CHANGE_OPS);

/**
 * Passes on what other servers say.
 *
 * @param observers Learn of the changes of their users.
 */
export function newsFor(
  quotas: QuotaUse,
  observers: readonly UserEventObserver[],
): (news: FileNews) => void {
  return (news) => {
    const path = pathOf(news.path);
    if (path === undefined) return;
    if (news.kind === "use") return quotas.learn(path, news.bytes);
    if (news.kind === "recount") return quotas.recount(path);
    const { op, user, chatName } = news;
    const to = news.to === undefined ? undefined : pathOf(news.to);
    const by = { user, chatName, remote: "", dialect: "cluster" };
    const event: UserEvent = { op, result: "done", name: path, to, by };
    for (const observer of observers) observer(event);
  };
}

/** Tells the other servers of what happens here, until the result is disposed. */
export function tellNews(
  files: Pick<SharedFiles, "tell">,
  quotas: QuotaUse,
): { readonly observe: UserEventObserver } & Disposable {
  quotas.shared = {
    added: (path, bytes) => files.tell({ kind: "use", path, bytes }),
    forgotten: (path) => files.tell({ kind: "recount", path }),
  };
  return {
    observe({ op, result, name, to, by: { user, chatName } }) {
      if (result !== "done" || !CHANGES.has(op)) return;
      files.tell({ kind: "change", op: op as Change["op"], path: name, to, user, chatName });
    },
    [Symbol.dispose]: () => void (quotas.shared = undefined),
  };
}

/** A path that another server sent, which may be of another version. */
function pathOf(text: string): StorePath | undefined {
  try {
    return storePath(text);
  } catch {
    return undefined;
  }
}
