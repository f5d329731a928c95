/**
 * Lanes over native connections.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { raceSignal } from "../../base/signals.ts";
import { type LaneOffer, laneSchema } from "../../native/lane_schema.ts";
import { LANES } from "../../native/schemas.ts";
import type { BlockRange, CallOptions, FileInfo, ReadOptions } from "../../service/files.ts";
import {
  type ExtraLane,
  type LaneOpener,
  type LaneReading,
  Lanes,
  type LaneUpload,
} from "../remote/lanes.ts";
import { joinUpload } from "./joined_upload.ts";
import type { NativeClient } from "./native_client.ts";
import { NativeFiles } from "./native_files.ts";

/**
 * Returns the lanes of a connection.
 *
 * @param dial Opens a connection that belongs to the client of a ticket.
 */
export function nativeLanes(
  client: NativeClient,
  files: NativeFiles,
  dial: (ticket: string, signal: AbortSignal) => Promise<NativeClient>,
): Lanes {
  let offer: Promise<LaneOffer> | undefined;
  const ask = () => offer ??= client.ask({ op: "lane" }, laneSchema);
  const opener: LaneOpener = {
    get offered() {
      return client.offers(LANES);
    },
    get maxRate() {
      return client.maxRate;
    },
    prepare: () => void ask().catch(() => {}), // `open` reports it.
    async open(signal) {
      const { ticket, lanes } = await raceSignal(ask(), signal);
      if (lanes === 0) throw new FtError("limit", "the server takes no further connection");
      const further = await dial(ticket, signal);
      return new NativeLane(further, new NativeFiles(further));
    },
  };
  return new Lanes(new NativeLane(client, files), opener);
}

/** A native connection as a lane. */
class NativeLane implements ExtraLane {
  readonly #client: NativeClient;
  readonly #files: NativeFiles;

  constructor(client: NativeClient, files: NativeFiles) {
    this.#client = client;
    this.#files = files;
  }

  get signal(): AbortSignal {
    return this.#client.signal;
  }

  get heardMs(): number {
    return this.#client.heardMs;
  }

  stat(path: string, options: CallOptions): Promise<FileInfo> {
    return this.#files.stat(path, options);
  }

  read(
    path: string,
    ranges: readonly BlockRange[] | undefined,
    options: ReadOptions,
  ): Promise<LaneReading> {
    return this.#files.read(path, ranges, options);
  }

  join(path: string, token: string, compress: boolean): Promise<LaneUpload> {
    return joinUpload(this.#client, { path, token, compress });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }
}
