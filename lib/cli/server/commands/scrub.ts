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
import { repair } from "../../../service/repair.ts";
import type { ScrubbedFile, ScrubContext } from "../../../service/scrub.ts";
import { DigestCache } from "../../../storage/digest_cache.ts";
import { FsStore } from "../../../storage/fs_store.ts";
import { type StorePath, storePath } from "../../../storage/store_path.ts";
import type { Output } from "../../terminal/output.ts";
import type { ServerContext } from "../server_context.ts";
import { askRepair, isServed } from "../ask_repair.ts";
import { createStateDir } from "../state_dir.ts";

/**
 * Keeps every version: scrubbing is no reason to remove any, and damaged content becomes one.
 */
const KEEP_ALL = { versions: 1_000_000, ms: 1e15, bytes: Number.MAX_SAFE_INTEGER };

/** Reads stored content again, beside a running server or without one; the server repairs it. */
export async function runScrubCommand(context: ServerContext): Promise<number> {
  const { values, readEnv, out, signal } = context;
  const state = await createStateDir(values.state, readEnv);
  const path = storePath(values.path?.replace(/^\/+|\/+$/g, "") || ".");
  const root = await rootOf(context, state);
  const versions = { index: `${state}/versions.sqlite`, policy: KEEP_ALL };
  const served = values.repair === true && await isServed(state, root);
  const options = values.repair && !served ? { exclusive: true, versions } : { readOnly: true };
  await using store = await FsStore.open(root, options);
  using cache = DigestCache.open(`${state}/digests.sqlite`);
  using hasher = new Hasher(undefined, undefined, () => hasRoomForWorker(state));
  const repairing = served
    ? (path: StorePath) => askRepair(state, path, signal)
    : repairOf(store, { cache, hasher }, signal);
  const result = await runScrub({ store, cache, hasher, repair: repairing }, {
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

/** Repairs files of a store that was opened with its versions. */
function repairOf(
  store: FsStore,
  tools: Pick<ScrubContext, "cache" | "hasher">,
  signal: AbortSignal,
): ScrubContext["repair"] {
  const { versions } = store;
  if (versions === undefined) return undefined;
  return (path) => repair({ store, versions, ...tools }, path, signal);
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
  if (state === "damaged" || state === "repaired") {
    const which = blocks?.length ? `: blocks ${blocks.join(", ")}` : "";
    const why = error === undefined ? "" : ` (not repaired: ${error.message})`;
    out.result({ name: path, state, blocks: blocks ?? [] }, `${state}: ${path}${which}${why}`);
  } else if (state === "unreadable") {
    const message = error?.message ?? "";
    out.result({ name: path, state, message }, `cannot be read: ${path}: ${message}`);
  }
}

function summaryOf({ files, bytes, damaged, repaired, unreadable, recorded }: ScrubProgress) {
  return { files, bytes, damaged, repaired, unreadable, recorded };
}

function summaryText(
  { files, bytes, damaged, repaired, unreadable, recorded }: ScrubProgress,
): string {
  const checked = `${files === 1 ? "1 file" : `${files} files`} (${formatBytes(bytes)})`;
  const parts = [
    damaged + unreadable === 0 ? "none damaged" : `${damaged} damaged`,
    ...repaired > 0 ? [`${repaired} repaired`] : [],
    ...unreadable > 0 ? [`${unreadable} that cannot be read`] : [],
    ...recorded > 0 ? [`${recorded} without digests until now`] : [],
  ];
  return `${checked}: ${parts.join(", ")}`;
}
