/**
 * A temporary folder for a test.
 *
 * @module
 */

/** A temporary folder. Disposing it removes the folder and its contents. */
export interface TempDir extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Returns a path in the folder. */
  join(name: string): string;
}

/** Creates a folder: `await using dir = await tempDir()`. */
export async function tempDir(): Promise<TempDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "ft_test_" }));
  return {
    path,
    join: (name) => `${path}/${name}`,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
