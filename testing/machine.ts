/**
 * Describes the machine of a measurement.
 *
 * @module
 */

/** Returns the processor, its number of cores, and whether it has SHA instructions. */
export async function describeMachine(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = text.match(/^model name\s*: (.*)$/m)?.[1] ?? Deno.build.arch;
  const flags = text.match(/^(?:flags|Features)\s*: (.*)$/m)?.[1]?.split(" ") ?? [];
  const sha = flags.some((flag) => flag === "sha_ni" || flag === "sha2");
  const cores = navigator.hardwareConcurrency;
  return `${model}, ${cores} cores, ${sha ? "with" : "without"} SHA instructions`;
}
