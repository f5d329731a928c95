/**
 * Transfers in blocks, over a file service. The code of each kind of transfer is loaded when it is
 * first needed.
 *
 * @module
 */

import { loadNodeCrypto } from "../../base/node_builtins.ts";
import type { Files } from "../../service/files.ts";
import type { Lanes } from "../remote/lanes.ts";
import type { OpenedReading } from "../remote/opened_reading.ts";
import type { ListDigests, Transfers } from "../remote/transfers.ts";

/** The means of transfers besides the files of a connection. */
export interface TransferMeans {
  /** Whether the server answers `statMany`. */
  readonly roots: boolean;
  /** Lists the digests of folders; absent where the server is too old for that. */
  readonly digests?: ListDigests | undefined;
  /** A file that is being read already. */
  readonly opened?: OpenedReading | undefined;
  /** The connections over which blocks may move. */
  readonly lanes?: Lanes | undefined;
}

/** Creates the transfers of a native connection. */
export function blockTransfers(files: Files, means: TransferMeans): Transfers {
  const { opened, lanes, digests } = means;
  return {
    plan: async ({ info, ...request }) => {
      const { planGet } = await import("./get/get_plan.ts");
      const begun = { ...request, info: info ?? await opened?.info(request.name) };
      return planGet(files, begun, digests);
    },
    download: async (request) => {
      await using _unused = opened;
      const { download } = await withHashes(import("./get/download.ts"));
      return await download(files, { ...request, opened, lanes });
    },
    downloadTo: async (request) => {
      await using _unused = opened;
      const { downloadToSink } = await withHashes(import("./get/download_to_sink.ts"));
      return await downloadToSink(files, { ...request, opened });
    },
    upload: async (request) =>
      (await withHashes(import("./put/upload.ts"))).upload(files, { ...request, lanes }),
    uploadFrom: async (request) =>
      (await withHashes(import("./put/upload_from_stream.ts")))
        .uploadFromStream(files, { ...request, lanes }),
    groups: {
      ...(means.roots && { statMany: files.statMany.bind(files) }),
      digests,
      async *download(jobs, context, replace) {
        const { downloadGroup } = await withHashes(import("./get/small_file_download.ts"));
        yield* downloadGroup(files, jobs, context, replace);
      },
      async *upload(jobs, context, replace) {
        const { uploadGroup } = await withHashes(import("./put/small_file_upload.ts"));
        yield* uploadGroup(files, jobs, context, replace);
      },
    },
  };
}

/** Loads code that hashes content. */
async function withHashes<M>(module: Promise<M>): Promise<M> {
  const [loaded] = await Promise.all([module, loadNodeCrypto()]);
  return loaded;
}
