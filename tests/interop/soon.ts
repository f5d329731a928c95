/**
 * Waiting for something that another process brings about.
 *
 * @module
 */

/** Looks again and again until it is so. @throws After ten seconds. */
export async function deadline(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("it did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
