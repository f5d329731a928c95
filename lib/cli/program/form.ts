/**
 * In which form the program runs.
 *
 * @module
 */

/**
 * What `--version` says behind the version: nothing from source.
 *
 * @param module The address of one of the program's modules: from source it is TypeScript, in a
 * bundle it is not.
 *
 * @example
 * ```ts
 * import { formOf } from "./form.ts";
 *
 * if (formOf("file:///x/form.ts", false) !== "") throw new Error();
 * if (formOf("file:///x/client.js", false) !== " (portable)") throw new Error();
 * ```
 */
export function formOf(module: string, standalone: boolean): string {
  if (standalone) return " (native)";
  return module.endsWith(".ts") ? "" : " (portable)";
}

/** The form of this program. */
export const FORM: string = formOf(import.meta.url, Deno.build.standalone);
