/**
 * Whether there are processor cores to spare.
 *
 * @module
 */

/**
 * Whether moving work to another thread pays. On two cores it does not: the main thread and the
 * kernel's networking keep both busy, and moving the work costs a third more processor time
 * (`bench/RESULTS.md`).
 *
 * @param cores The number of cores. @default {navigator.hardwareConcurrency}
 */
export function hasSpareCores(cores: number = navigator.hardwareConcurrency): boolean {
  return cores > 2;
}
