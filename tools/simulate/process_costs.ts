/**
 * What a process has used so far.
 *
 * @module
 */

/** Milliseconds of processor time. */
export interface ProcessorMs {
  /** Of the thread that does most of the work, and only one thing at a time. */
  readonly thread: number;
  /** Of all others. */
  readonly others: number;
}

/** The processor time of a process so far, from the scheduler of Linux. */
export function processorMs(pid: number): ProcessorMs {
  let others = 0;
  let thread = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`);
    const ms = Number(text.split(" ")[0]) / 1e6;
    if (name === String(pid)) thread = ms;
    else others += ms;
  }
  return { thread, others };
}

/** The processor time of each of some runs. */
export function perRun(before: ProcessorMs, after: ProcessorMs, runs: number): ProcessorMs {
  const each = (ms: number) => Math.round(Math.max(0, ms) / runs * 1000) / 1000;
  return {
    thread: each(after.thread - before.thread),
    others: each(after.others - before.others),
  };
}

/** Bytes of memory that a process has. */
export function residentBytes(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)![1]) * 1024;
}
