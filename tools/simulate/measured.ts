/**
 * The measurements that the model begins with, and that it must reproduce.
 *
 * @module
 */

import type { CommandName } from "./commands.ts";
import type { ProcessorMs } from "./process_costs.ts";
import measured from "./data/measured.json" with { type: "json" };

/** A closed loop of clients that was measured: each asks again as soon as it is answered. */
export interface MeasuredCase {
  readonly operation: "getSmall" | "putSmall";
  /** Clients, with a connection each. */
  readonly clients: number;
  /** Milliseconds by which each answer of the store was delayed. */
  readonly delayMs: number;
  /** Operations per second of all clients. */
  readonly perSecond: number;
}

/** Everything that was measured. */
export interface Measured {
  /** The day, as `2026-11-26`. */
  readonly taken: string;
  /** How, and on which machine. */
  readonly how: string;
  /** A server's processor time for each operation, in a session that is open. */
  readonly processor: Readonly<Record<CommandName, ProcessorMs>>;
  /** Milliseconds of a server's thread for a message to one more seat. */
  readonly deliveryMs: number;
  /** Bytes of a server's memory. */
  readonly memory: {
    readonly server: number;
    readonly session: number;
    readonly seat: number;
    readonly lease: number;
  };
  readonly cases: readonly MeasuredCase[];
}

/** What was measured last. */
export const MEASURED = measured as Measured;
