/**
 * Transfers in blocks, over a file service. The code of each kind of transfer is loaded when it is
 * first needed.
 *
 * @module
 */

import type { Files } from "../../service/files.ts";
import type { Transfers } from "../remote/transfers.ts";

/** Creates the transfers of a native connection. */
export function blockTransfers(files: Files): Transfers {
  return {
    plan: async (request) => (await import("./get/get_plan.ts")).planGet(files, request),
    download: async (request) => (await import("./get/download.ts")).download(files, request),
    downloadTo: async (request) =>
      (await import("./get/download_to_sink.ts")).downloadToSink(files, request),
    upload: async (request) => (await import("./put/upload.ts")).upload(files, request),
    uploadFrom: async (request) =>
      (await import("./put/upload_from_stream.ts")).uploadFromStream(files, request),
    groups: {
      async *download(jobs, context) {
        const { downloadGroup } = await import("./get/small_file_download.ts");
        yield* downloadGroup(files, jobs, context);
      },
      async *upload(jobs, context) {
        const { uploadGroup } = await import("./put/small_file_upload.ts");
        yield* uploadGroup(files, jobs, context);
      },
    },
  };
}
