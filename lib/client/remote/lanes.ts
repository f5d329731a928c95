/**
 * Lanes: the connections over which the blocks of one file may move. The first one is the connection
 * itself; the others are opened when they pay.
 *
 * @module
 */

import type {
  Block,
  BlockRange,
  CallOptions,
  FileInfo,
  Reading,
  ReadOptions,
} from "../../service/files.ts";

/** A file being read over a lane. */
export interface LaneReading extends Reading {
  /** Ends the reading before this block, unless it ends earlier already. */
  endBefore(block: number): void;
}

/** The part of an upload that any lane can do. */
export interface LaneUpload extends AsyncDisposable {
  /** Sends a block, as `Upload.write` does. */
  write(block: Block, options?: CallOptions): Promise<number>;
  /** Resolves when a further block would be sent at once, as `Upload.ready` does. */
  ready(options?: CallOptions): Promise<void>;
}

/** A connection over which blocks move. */
export interface Lane {
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
  /** When its last byte arrived, in milliseconds of the monotonic clock. */
  readonly heardMs: number;
  /** Returns facts, as `Files.stat` does. */
  stat(path: string, options: CallOptions): Promise<FileInfo>;
  /** Reads blocks, as `Files.read` does. */
  read(
    path: string,
    ranges: readonly BlockRange[] | undefined,
    options: ReadOptions,
  ): Promise<LaneReading>;
}

/** A further connection. Disposing it disconnects. */
export interface ExtraLane extends Lane, AsyncDisposable {
  /** Joins an upload that the first connection has open. */
  join(path: string, token: string, compress: boolean): Promise<LaneUpload>;
}

/** The lanes that one transfer has at its disposal, until it disposes this. */
export interface LaneGrant extends Disposable {
  /** Opens a further connection. @throws If the server refuses it, or cannot be reached. */
  open(signal: AbortSignal): Promise<ExtraLane>;
  /** How many lanes paid the last time. */
  best: number;
}

/** Opens further connections to a server that offers them. */
export interface LaneOpener {
  /** Whether the server offers them; known once it has sent its hello. */
  readonly offered: boolean;
  /** The rate that all connections share, in bytes per second; `Infinity` if it is not limited. */
  readonly maxRate: number;
  /** Asks for what is needed, while no answer has to wait behind content. */
  prepare(): void;
  /** Opens a further connection. @throws If the server refuses it, or cannot be reached. */
  open(signal: AbortSignal): Promise<ExtraLane>;
}

/** The lanes of one connection to a server. One transfer at a time opens further ones. */
export class Lanes {
  /** The connection itself. */
  readonly first: Lane;
  readonly #opener: LaneOpener | undefined;
  #granted = false;
  #best = 1;

  /** @param opener Absent if the server offers no further connections. */
  constructor(first: Lane, opener?: LaneOpener) {
    this.first = first;
    this.#opener = opener;
  }

  /** Prepares for further connections. @returns Whether the server offers them. */
  prepare(): boolean {
    this.#opener?.prepare();
    return this.#opener?.offered ?? false;
  }

  /** The rate that all connections share, in bytes per second; `Infinity` if it is not limited. */
  get maxRate(): number {
    return this.#opener?.maxRate ?? Infinity;
  }

  /** @returns `undefined` if there are no further connections, or another transfer has them. */
  grant(): LaneGrant | undefined {
    const opener = this.#opener;
    if (opener === undefined || this.#granted) return undefined;
    this.#granted = true;
    const setBest = (lanes: number) => void (this.#best = lanes);
    const best = () => this.#best;
    return {
      open: (signal) => opener.open(signal),
      get best() {
        return best();
      },
      set best(lanes) {
        setBest(lanes);
      },
      [Symbol.dispose]: () => void (this.#granted = false),
    };
  }
}
