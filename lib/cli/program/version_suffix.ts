/**
 * How the program was built, as `--version` shows it.
 *
 * @module
 */

/**
 * Names a build after the version; a program that runs from source has no suffix.
 *
 * @param module The URL of one of the program's modules: TypeScript from source, not in a bundle.
 *
 * @example
 * ```ts
 * import { versionSuffix } from "./version_suffix.ts";
 *
 * if (versionSuffix("file:///x/main.ts", false) !== "") throw new Error();
 * if (versionSuffix("file:///x/client.js", false) !== " (portable)") throw new Error();
 * ```
 */
export function versionSuffix(module: string, standalone: boolean): string {
  if (standalone) return " (native)";
  return module.endsWith(".ts") ? "" : " (portable)";
}

/** The suffix of this build. */
export const VERSION_SUFFIX: string = versionSuffix(import.meta.url, Deno.build.standalone);
