/**
 * `ftserver scrub`.
 *
 * @module
 */

import { EXIT_CODES, FtError } from "../../../base/errors.ts";
import { formatBytes } from "../../../base/format_bytes.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { RateLimit } from "../../../base/rate_limit.ts";
import { Hasher, hasRoomForWorker } from "../../../blocks/hasher.ts";
import { runScrub, type ScrubProgress } from "../../../server/scrub_run.ts";
import { lastServedFolder } from "../../../server/served_folder.ts";
import type { ScrubbedFile } from "../../../service/scrub.ts";
import { DigestCache } from "../../../storage/digest_cache.ts";
import { FsStore } from "../../../storage/fs_store.ts";
import { storePath } from "../../../storage/store_path.ts";
import type { Output } from "../../terminal/output.ts";
import type { ServerContext } from "../server_context.ts";
import { createStateDir } from "../state_dir.ts";

/** Reads stored content again, beside a running server or without one. */
export async function runScrubCommand(context: ServerContext): Promise<number> {
  const { values, readEnv, out, signal } = context;
  const state = await createStateDir(values.state, readEnv);
  const path = storePath(values.path?.replace(/^\/+|\/+$/g, "") || ".");
  await using store = await FsStore.open(await rootOf(context, state), { readOnly: true });
  using cache = DigestCache.open(`${state}/digests.sqlite`);
  using hasher = new Hasher(undefined, undefined, () => hasRoomForWorker(state));
  const result = await runScrub({ store, cache, hasher }, {
    ...{ state, path, signal },
    rate: values.rate === undefined ? undefined : new RateLimit(values.rate),
    onFile: (file) => report(out, file),
    onContinued: ({ after = "", files }) =>
      out.notice(`continuing after ${after} (${files} files)`),
  });
  if (out.json) out.object(summaryOf(result));
  else out.notice(summaryText(result));
  return result.damaged + result.unreadable > 0 ? EXIT_CODES.integrity : 0;
}

/**
 * The folder of `--root`, or the one that was served last with this state.
 *
 * @throws `usage` without one, `not_found` if it is missing: nothing creates it here.
 */
async function rootOf({ values, sources }: ServerContext, state: string): Promise<string> {
  const root = sources.root === "default" ? lastServedFolder(state) : values.root;
  if (root === undefined) throw new FtError("usage", "scrub needs --root DIR", { name: "root" });
  try {
    await Deno.stat(root);
    return root;
  } catch (error) {
    throw asFtError(error, undefined, root);
  }
}

function report(out: Output, { path, state, blocks, error }: ScrubbedFile): void {
  if (state === "damaged") {
    const which = blocks?.length ? `: blocks ${blocks.join(", ")}` : "";
    out.result({ name: path, state, blocks: blocks ?? [] }, `damaged: ${path}${which}`);
  } else if (state === "unreadable") {
    const message = error?.message ?? "";
    out.result({ name: path, state, message }, `cannot be read: ${path}: ${message}`);
  }
}

function summaryOf({ files, bytes, damaged, unreadable, recorded }: ScrubProgress) {
  return { files, bytes, damaged, unreadable, recorded };
}

function summaryText({ files, bytes, damaged, unreadable, recorded }: ScrubProgress): string {
  const checked = `${files === 1 ? "1 file" : `${files} files`} (${formatBytes(bytes)})`;
  const parts = [
    damaged + unreadable === 0 ? "none damaged" : `${damaged} damaged`,
    ...unreadable > 0 ? [`${unreadable} that cannot be read`] : [],
    ...recorded > 0 ? [`${recorded} without digests until now`] : [],
  ];
  return `${checked}: ${parts.join(", ")}`;
}
