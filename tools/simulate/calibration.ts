/**
 * Whether the simulation reproduces what was measured.
 *
 * @module
 */

import type { Measured, MeasuredCase } from "./measured.ts";
import { simulateLoop } from "./loop.ts";
import type { Work } from "./world.ts";

/** The share by which a simulated figure may differ from the measured one. */
export const CALIBRATION_BOUND = 0.25;

/** A case that was measured and simulated. */
export interface CalibrationCase extends MeasuredCase {
  /** Operations per second in the simulation. */
  readonly simulated: number;
  /** The share by which it differs from what was measured; negative if it is slower. */
  readonly error: number;
  /** Whether it was used to find the work of the operation, so that it agrees by itself. */
  readonly fitted: boolean;
}

/**
 * Returns the work of an operation: its processor time was measured, and a single client shows how
 * often it waits for the store.
 *
 * @throws {Error} Without a measurement of a single client.
 */
export function workOf(measured: Measured, operation: MeasuredCase["operation"]): Work {
  const alone = measured.cases.find((one) => one.operation === operation && one.clients === 1);
  if (alone === undefined) throw new Error(`no single client was measured for ${operation}`);
  const { thread: threadMs } = measured.processor[operation];
  // What other threads do for a small operation is beside it.
  const waitMs = 1000 / alone.perSecond - threadMs;
  const rounds = Math.max(1, Math.floor(waitMs / alone.delayMs));
  return { threadMs, othersMs: 0, rounds, storeMs: waitMs / rounds };
}

/** Simulates every measured case. */
export function calibrate(measured: Measured): CalibrationCase[] {
  return measured.cases.map((one) => {
    const simulated = simulateLoop(workOf(measured, one.operation), one.clients);
    const error = simulated / one.perSecond - 1;
    return { ...one, simulated, error, fitted: one.clients === 1 };
  });
}

/** Cases that differ by more than the bound. */
export function calibrationFaults(cases: readonly CalibrationCase[]): readonly CalibrationCase[] {
  return cases.filter(({ error }) => Math.abs(error) > CALIBRATION_BOUND);
}
