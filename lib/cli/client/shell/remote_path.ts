/**
 * Names of the server from where the shell stands.
 *
 * @module
 */

/**
 * The path a name means, from the served root.
 *
 * @param cwd Where the shell stands: `.` for the root.
 * @param name As typed; one that begins with `/` starts at the root, `..` goes up and not further.
 *
 * @example
 * ```ts
 * import { fromCwd } from "./remote_path.ts";
 *
 * if (fromCwd("a/b", "../c") !== "a/c") throw new Error();
 * if (fromCwd("a", "..") !== "." || fromCwd("a", "/x") !== "x") throw new Error();
 * ```
 */
export function fromCwd(cwd: string, name: string): string {
  const steps = name.startsWith("/") || cwd === "." ? [] : cwd.split("/");
  for (const step of name.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.length === 0 ? "." : steps.join("/");
}
