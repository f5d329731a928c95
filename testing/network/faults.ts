/**
 * The faults that a {@linkcode FaultProxy} injects into a connection.
 *
 * @module
 */

/**
 * Finds a place in the bytes of a direction. It gets every piece, and the offset of its first
 * byte.
 *
 * @returns The offset of the place, or null until it has been found.
 */
export type Find = (piece: Uint8Array, at: number) => number | null;

/** The faults of one direction of a connection; offsets count its bytes from 0. */
export interface Faults {
  /** Ends both directions before this byte; what has passed can still be read. */
  readonly cutAt?: number | Find;
  /** Resets the connection on both sides before this byte. */
  readonly resetAt?: number | Find;
  /** Stops both directions before this byte, until {@linkcode FaultProxy.thaw}. */
  readonly freezeAt?: number | Find;
  /** Whether only this direction freezes. @default {false} */
  readonly oneWay?: true;
  /** Flips the lowest bit of these bytes. */
  readonly flipAt?: readonly number[];
  /** Flips one bit of a byte; bit 0 is the lowest. */
  readonly flip?: { readonly find: Find; readonly bit: number };
  /** Flips the lowest bit of the first byte of every run of these bytes. */
  readonly flipRunsOf?: Uint8Array;
  /** Gets every piece, and the offset of its first byte. */
  readonly look?: (piece: Uint8Array, at: number) => void;
  /** Passes on at most this many bytes at once. */
  readonly dribbleBytes?: number;
  /** Milliseconds between two pieces. */
  readonly delayMs?: number;
  /** The rate at which bytes pass, for each connection. @default as fast as they come */
  readonly bytesPerSecond?: number;
}

/** The faults of a connection; `up` is from client to server. */
export interface ConnectionFaults {
  readonly up?: Faults;
  readonly down?: Faults;
}

/** Returns the offset of a place, or infinity until it has been found. */
export function offsetOf(where: number | Find = Infinity): (
  piece: Uint8Array,
  at: number,
) => number {
  let known = typeof where === "number" ? where : null;
  return (piece, at) => {
    if (typeof where !== "number") known ??= where(piece, at);
    return known ?? Infinity;
  };
}

/** Flips bits of a piece in place, as `flipAt` and `flipRunsOf` say. */
export function flipBits(
  piece: Uint8Array,
  at: number,
  { flipAt = [], flipRunsOf }: Faults,
): void {
  for (const offset of flipAt) {
    if (offset >= at && offset < at + piece.length) piece[offset - at]! ^= 1;
  }
  if (flipRunsOf === undefined) return;
  for (let i = piece.indexOf(flipRunsOf[0]!); i !== -1; i = piece.indexOf(flipRunsOf[0]!, i + 1)) {
    if (flipRunsOf.some((byte, n) => piece[i + n] !== byte)) continue;
    piece[i]! ^= 1;
    i += flipRunsOf.length;
  }
}
