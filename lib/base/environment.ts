/**
 * Reading the environment.
 *
 * @module
 */

/** Reads one environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/**
 * A folder of the XDG base directory specification: the variable if it holds an absolute path, else
 * a folder below `HOME`.
 *
 * @returns `undefined` without a home.
 */
export function xdgDir(readEnv: ReadEnv, variable: string, belowHome: string): string | undefined {
  const named = readEnv(variable);
  if (named !== undefined && /^(\/|[A-Za-z]:[\\/])/.test(named)) return named;
  const home = readEnv("HOME");
  return home === undefined || home === "" ? undefined : `${home}/${belowHome}`;
}
