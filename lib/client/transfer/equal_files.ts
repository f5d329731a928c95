/**
 * Finds files that have the same content on both sides, many at a time and before anything is moved:
 * by roots that are remembered, and by roots that each side computes where none is.
 *
 * @module
 */

import { grouped } from "../../base/grouped.ts";
import { MAX_BATCH_FILES, MAX_BATCHES_READING, MAX_COMPARED_BYTES } from "../../base/limits.ts";
import { forEachBounded } from "../../base/pipeline.ts";
import type { FileInfo } from "../../service/files.ts";
import type { LocalVersion } from "../remote/local_roots.ts";
import type { BatchRun } from "./batch_run.ts";
import { computeRoots } from "./computed_roots.ts";

/** A file that exists on both sides, with the same size. */
export interface Pair {
  readonly local: LocalVersion;
  readonly remote: FileInfo;
}

/** Files whose content is equal, with its root, and the server's as it was last seen. */
export type EqualPairs<P extends Pair> = Map<
  P,
  { readonly root: string; readonly remote: FileInfo }
>;

/**
 * Compares files. Those that are not found equal may still be: very large ones whose roots are not
 * known, and those that cannot be read.
 *
 * @throws An error that ends the whole command, such as a lost connection.
 */
export async function equalPairs<P extends Pair>(
  run: BatchRun,
  pairs: readonly P[],
): Promise<EqualPairs<P>> {
  const { checksum = false } = run.context.options;
  const offered = pairs.length > 0 && await canAsk(run);
  const compared = pairs.filter(({ local }) => local.bytes <= MAX_COMPARED_BYTES);
  const isUnknown = ({ remote }: Pair) => checksum || remote.root === undefined;
  const asked = offered ? compared.filter(isUnknown) : [];
  const known = run.context.roots.of(pairs.map(({ local }) => local));
  const answerable = new Set<P>(asked);
  const computed = compared.filter((pair) =>
    !known.has(pair.local.path) && (answerable.has(pair) || !isUnknown(pair))
  );
  const [answers, roots] = await Promise.all([
    lookUp(run, asked),
    computeRoots(run.context, computed.map(({ local }) => local)),
  ]);
  const equal: EqualPairs<P> = new Map();
  for (const pair of pairs) {
    const root = known.get(pair.local.path) ?? roots.get(pair.local.path);
    const remote = answerable.has(pair) ? answers.get(pair.remote.path) : pair.remote;
    const same = root !== undefined && remote?.root === root && remote.bytes === pair.local.bytes;
    if (same) equal.set(pair, { root, remote });
  }
  return equal;
}

/** Whether the server can be asked for roots. Without that, it may use digests it remembers. */
async function canAsk(run: BatchRun): Promise<boolean> {
  const offered = await run.link.use(({ transfers }) =>
    Promise.resolve(transfers.groups?.statMany !== undefined)
  );
  if (!offered && run.context.options.checksum) {
    const text = "the server is older than --checksum: it may use digests that it remembers";
    run.context.onEvent({ kind: "notice", text });
  }
  return offered;
}

/** Asks the server about files. Those that it reports no root for are left out. */
async function lookUp(run: BatchRun, pairs: readonly Pair[]): Promise<Map<string, FileInfo>> {
  const { signal, options: { checksum: fresh } } = run.context;
  const found = new Map<string, FileInfo>();
  const groups = grouped(
    pairs,
    MAX_BATCH_FILES,
    MAX_COMPARED_BYTES,
    ({ remote }) => remote.bytes,
  );
  const ask = (group: readonly Pair[]) =>
    run.link.use(async ({ transfers }) => {
      const paths = group.map(({ remote }) => remote.path);
      for await (const result of transfers.groups?.statMany?.(paths, { fresh, signal }) ?? []) {
        if ("value" in result) found.set(result.path, result.value);
      }
    });
  await forEachBounded(groups, MAX_BATCHES_READING, ask, signal);
  return found;
}
