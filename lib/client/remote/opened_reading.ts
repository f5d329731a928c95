/**
 * A file that is read with the first bytes that are sent, before anything is known about it: on a
 * long line each question would take a round trip.
 *
 * @module
 */

import type { FileInfo } from "../../service/files.ts";
import type { Lane, LaneReading } from "./lanes.ts";

/** The content to be read. */
export interface AheadRequest {
  /** The name on the server. */
  readonly name: string;
  /** Whether content may be compressed on the network. @default {false} */
  readonly compress?: boolean | undefined;
  /** Names the transfer, if it may go over further connections. */
  readonly transfer?: string | undefined;
  /** Stops reading. */
  readonly signal?: AbortSignal | undefined;
}

/** A reading that was begun. Disposing it stops it, unless it was taken. */
export class OpenedReading implements AsyncDisposable {
  /** The name of the transfer, if it may go over further connections. */
  readonly transfer: string | undefined;
  readonly #name: string;
  #reading: Promise<LaneReading | undefined>;

  /** Begins to read a whole file. */
  constructor(files: Pick<Lane, "read">, { name, ...options }: AheadRequest) {
    this.#name = name;
    this.transfer = options.transfer;
    // A name that cannot be read, such as that of a folder, is asked for again.
    this.#reading = files.read(name, undefined, options).catch(() => undefined);
  }

  /** Returns the details of the file, if this is its name and it can be read. */
  async info(name: string): Promise<FileInfo | undefined> {
    return name === this.#name ? (await this.#reading)?.info : undefined;
  }

  /** Returns the reading, once, if this is the name of its file and it can be read. */
  async take(name: string): Promise<LaneReading | undefined> {
    if (name !== this.#name) return undefined;
    const reading = this.#reading;
    this.#reading = Promise.resolve(undefined);
    return await reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.take(this.#name))?.[Symbol.asyncDispose]();
  }
}
