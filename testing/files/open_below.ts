/**
 * The files that this process has open.
 *
 * @module
 */

/** Returns the paths of open files below a folder. Needs Linux. */
export function openBelow(folder: string): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      const target = Deno.readLinkSync(`/proc/self/fd/${name}`);
      return target.startsWith(folder) ? [target] : [];
    } catch {
      // It was closed meanwhile, like the descriptor of this listing.
      return [];
    }
  });
}
