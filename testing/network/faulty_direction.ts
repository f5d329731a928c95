/**
 * One direction of a connection through a {@linkcode FaultProxy}.
 *
 * @module
 */

import type { Socket } from "node:net";
import { RateLimit } from "../../lib/base/rate_limit.ts";
import { type Faults, flipBits, offsetOf } from "./faults.ts";

/** A direction, and what it shares with the other one. */
export interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  readonly faults: Faults;
  /** Both sockets. */
  readonly ends: readonly [Socket, Socket];
  /** The state of both directions. */
  readonly state: { frozen: boolean; cut: boolean };
  /** Resolves when nothing may freeze any more. */
  readonly thawed: Promise<void>;
  /** Reports that a fault has happened. */
  happened(): void;
  /** Counts bytes that have passed. */
  count(bytes: number): void;
}

/**
 * Passes bytes on until the sender ends, with the faults of the direction.
 *
 * @throws When one of the sockets fails.
 */
export async function passOn(direction: Direction): Promise<void> {
  const { from, to, faults, ends, state, thawed, happened } = direction;
  const cutting = offsetOf(faults.cutAt);
  const resetting = offsetOf(faults.resetAt);
  const freezing = offsetOf(faults.freezeAt);
  const flipping = offsetOf(faults.flip?.find);
  const limit = faults.bytesPerSecond === undefined
    ? undefined
    : new RateLimit(faults.bytesPerSecond);
  let [at, frozen] = [0, false];
  for await (const piece of pieces(from, faults.dribbleBytes)) {
    await limit?.take(piece.length);
    // Bytes after a cut are read and dropped: a socket with unread bytes would reset its peer.
    if (state.cut) continue;
    const flipAt = flipping(piece, at) - at;
    if (flipAt >= 0 && flipAt < piece.length) {
      piece[flipAt]! ^= 1 << faults.flip!.bit;
      happened();
    }
    const [cutAt, resetAt] = [cutting(piece, at), resetting(piece, at)];
    const freezeAt = freezing(piece, at);
    for (let rest = piece; rest.length > 0;) {
      const stop = Math.min(cutAt, resetAt, frozen ? Infinity : freezeAt);
      const now = rest.subarray(0, Math.max(0, Math.min(rest.length, stop - at)));
      await write(direction, now, at);
      at += now.length;
      rest = rest.subarray(now.length);
      if (rest.length === 0) break;
      happened();
      if (stop === resetAt) return ends.forEach((end) => end.resetAndDestroy());
      if (stop === cutAt) {
        state.cut = true;
        ends.forEach((end) => end.end());
        break;
      }
      frozen = true;
      state.frozen ||= !faults.oneWay;
      await thawed;
    }
    if (faults.delayMs !== undefined) await pause(faults.delayMs);
  }
  to.end();
}

async function* pieces(from: Socket, maxBytes = Infinity): AsyncGenerator<Uint8Array> {
  // The iterator would close the socket at the end of input, and half of it is still in use.
  for await (const chunk of from.iterator({ destroyOnReturn: false })) {
    const piece: Uint8Array = chunk;
    for (let at = 0; at < piece.length; at += maxBytes) {
      yield piece.subarray(at, Math.min(piece.length, at + maxBytes));
    }
  }
}

async function write(
  { to, faults, state, thawed, count }: Direction,
  bytes: Uint8Array,
  at: number,
): Promise<void> {
  if (bytes.length === 0) return;
  if (state.frozen) await thawed;
  faults.look?.(bytes, at);
  flipBits(bytes, at, faults);
  await new Promise<void>((resolve, reject) => {
    to.write(bytes, (error) => error ? reject(error) : resolve());
  });
  count(bytes.length);
}

/** Waits on the wall clock, as the delay is the fault itself. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
