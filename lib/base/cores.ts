/**
 * What the processor has to spare.
 *
 * @module
 */

/**
 * Whether work that is handed to another thread finds a core for it. With two cores, which the
 * main thread and the kernel's network share already, handing over costs a third more processor
 * time and wins nothing (`bench/RESULTS.md`).
 *
 * @param cores How many there are. @default as many as here
 */
export function hasSpareCores(cores: number = navigator.hardwareConcurrency): boolean {
  return cores > 2;
}
