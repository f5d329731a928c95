/**
 * Resolves names on the server against the shell's current folder.
 *
 * @module
 */

/**
 * Resolves a name to a path from the served root.
 *
 * @param cwd The current folder; `.` for the root.
 * @param name As typed. A leading `/` means the root, and `..` never leaves the root.
 *
 * @example
 * ```ts
 * import { remotePath } from "./remote_path.ts";
 *
 * if (remotePath("a/b", "../c") !== "a/c") throw new Error();
 * if (remotePath("a", "..") !== "." || remotePath("a", "/x") !== "x") throw new Error();
 * ```
 */
export function remotePath(cwd: string, name: string): string {
  const steps = name.startsWith("/") || cwd === "." ? [] : cwd.split("/");
  for (const step of name.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.length === 0 ? "." : steps.join("/");
}
