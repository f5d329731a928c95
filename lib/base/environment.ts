/**
 * Environment variables.
 *
 * @module
 */

/** Returns the value of an environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/** Reads the environment of the process; a variable that may not be read is not set. */
export function systemEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/**
 * Returns a folder of the XDG base directory specification: the variable's value if it is an
 * absolute path, otherwise a folder below `HOME`.
 *
 * @returns `undefined` if `HOME` is not set.
 */
export function xdgDir(readEnv: ReadEnv, variable: string, belowHome: string): string | undefined {
  const named = readEnv(variable);
  if (named !== undefined && /^(\/|[A-Za-z]:[\\/])/.test(named)) return named;
  const home = readEnv("HOME");
  return home === undefined || home === "" ? undefined : `${home}/${belowHome}`;
}
