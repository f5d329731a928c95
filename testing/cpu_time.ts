/**
 * Processor time as a measure of work that does not depend on the load of the machine.
 *
 * @module
 */

import { cpuUsage, threadCpuUsage } from "node:process";
import { hasSpareCores } from "../lib/base/cores.ts";

/**
 * Measures the processor time of some work, in milliseconds. Test files run beside each other in one
 * process, so only this thread counts; with cores to spare the whole process does, as blocks are
 * then hashed by workers.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const usage = hasSpareCores() ? cpuUsage : threadCpuUsage;
  const before = usage();
  await work();
  const { user, system } = usage(before);
  return (user + system) / 1000;
}
