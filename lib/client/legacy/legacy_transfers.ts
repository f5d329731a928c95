/**
 * Transfers over a legacy dialect: whole files as streams.
 *
 * @module
 */

import { baseName, storePath } from "../../storage/store_path.ts";
import type { GetPlan, PlanRequest, Transfers } from "../remote/transfers.ts";
import { localJoin } from "../transfer/local_path.ts";
import { EVERY_NAME } from "../transfer/name_filter.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";

/** Creates the transfers of a connection to a legacy server. */
export function legacyTransfers(server: LegacyServer): Transfers {
  return {
    // deno-lint-ignore require-await
    plan: async (request) => plan(server, request),
    download: async (request) => (await import("./legacy_get.ts")).download(server, request),
    downloadTo: async (request) => (await import("./legacy_get.ts")).downloadTo(server, request),
    upload: async (request) => (await import("./legacy_put.ts")).upload(server, request),
    uploadFrom: async (request) => (await import("./legacy_put.ts")).uploadFrom(server, request),
  };
}

/** Without details of files, a name is taken for a file and its size is unknown. */
function plan({ dialect }: LegacyServer, request: PlanRequest): GetPlan {
  const { name, dir, output, recursive, dryRun, filter = EVERY_NAME } = request;
  if (recursive) throw lacks(dialect, "folders to get");
  if (dryRun) throw lacks(dialect, "file details, so no dry run");
  const last = baseName(storePath(name));
  if (!filter(last)) return { jobs: [], folders: [] };
  return {
    jobs: [{ name, target: output ?? localJoin(dir, last), bytes: undefined }],
    folders: [],
  };
}
