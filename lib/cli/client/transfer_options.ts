/**
 * The options of a transfer, from the flags of `get` and `put`.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { localRootsPath } from "../../base/state_dirs.ts";
import type { LocalRootsOptions } from "../../client/remote/local_roots.ts";
import type { ExistingTarget } from "../../client/remote/transfer_events.ts";
import type { TransferOptions } from "../../client/remote/transfer_context.ts";
import { type GlobFilter, nameFilter } from "../../client/transfer/name_filter.ts";
import type { MirrorOptions } from "../../client/transfer/mirror/mirror.ts";
import type { Options, Source } from "../program/program_table.ts";
import type { ClientContext } from "./client_context.ts";
import type { ClientValues } from "./client_flags.ts";
import { mirrorOptions } from "./mirror_flags.ts";

/**
 * Returns how to handle existing targets. If `--overwrite` and `--rename` are set in different places,
 * the one with precedence wins.
 *
 * @throws `usage` when both are set in the same place.
 */
export function existingTarget(
  { values, sources }: Options<Pick<ClientValues, "overwrite" | "rename">>,
): ExistingTarget {
  if (!values.overwrite || !values.rename) {
    return values.overwrite ? "overwrite" : values.rename ? "rename" : "refuse";
  }
  if (sources.overwrite === sources.rename) {
    const message = "--overwrite and --rename are mutually exclusive";
    throw new FtError("usage", message, { name: "rename" });
  }
  const precedence: readonly Source[] = ["flag", "environment", "config", "default"];
  const first = precedence.find((s) => sources.overwrite === s || sources.rename === s);
  return sources.overwrite === first ? "overwrite" : "rename";
}

/** The options for all files of a transfer. @throws `usage` for contradictory flags. */
export function transferOptions(
  context: Options<ClientValues>,
):
  & TransferOptions
  & { readonly filter: GlobFilter | undefined; readonly mirror: MirrorOptions | undefined }
  & Pick<ClientValues, "recursive" | "transfers" | "retries"> {
  const { values } = context;
  const { include, exclude } = values;
  const filtered = include.length > 0 || exclude.length > 0;
  return {
    existing: existingTarget(context),
    times: !values["no-times"],
    resume: !values["no-resume"],
    snapshot: values.snapshot,
    compress: values.compress,
    checksum: values.checksum,
    filter: filtered ? nameFilter(include, exclude) : undefined,
    dryRun: values["dry-run"],
    recursive: values.recursive,
    mirror: mirrorOptions(values),
    lanes: values.lanes,
    transfers: values.transfers,
    retries: values.retries,
  };
}

/** Where the roots of local files are remembered; nowhere without a home folder. */
export function rememberedRoots(
  { readEnv, out }: Pick<ClientContext, "readEnv" | "out">,
): LocalRootsOptions | undefined {
  const path = localRootsPath(readEnv);
  const onFault = (error: unknown) =>
    out.detail(`digests of local files are not remembered: ${asFtError(error).message}`);
  return path === undefined ? undefined : { path, onFault };
}
