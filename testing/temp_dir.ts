/**
 * A folder that is gone after the test.
 *
 * @module
 */

/** A folder of one's own. */
export interface TempDir extends AsyncDisposable {
  /** Absolute and free of links. */
  readonly path: string;
  /** A path in it. */
  join(name: string): string;
}

/** Makes one: `await using dir = await tempDir()`. */
export async function tempDir(): Promise<TempDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "ft_test_" }));
  return {
    path,
    join: (name) => `${path}/${name}`,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
