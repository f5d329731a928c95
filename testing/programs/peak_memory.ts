/**
 * The memory of a process, as the kernel counts it.
 *
 * @module
 */

/** Returns the peak resident size of a process in MiB, or undefined when it has ended. */
export async function peakMiB(pid: number): Promise<number | undefined> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  const kib = status.match(/^VmHWM:\s*(\d+) kB$/m)?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}
