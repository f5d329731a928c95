/**
 * Paths of rules and tokens, as an operator types them. One that can never apply is refused, and one
 * at which there is nothing yet is pointed out.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { isWithin } from "../../base/is_within.ts";
import { lstatOrNull } from "../../base/missing_files.ts";
import { parentOf, ROOT, type StorePath, storePath } from "../../storage/store_path.ts";
import { didYouMean } from "../program/nearest.ts";

/** A path as rules store it, and a notice for the operator. */
export interface RulePath {
  readonly path: StorePath;
  /** Why the path may be a mistake; absent if there is something at it. */
  readonly notice?: string;
}

/**
 * Parses a path below the served folder; a leading `/` stands for that folder.
 *
 * @param root The served folder, if it is known: an absolute path without links.
 * @throws `usage` for a pattern or a path on the disk, `not_allowed` for one that leaves the root.
 */
export function parseRulePath(text: string, root: string | undefined): RulePath {
  const path = text === "/" ? ROOT : storePath(text.replace(/^\/+/, ""));
  if (path === ROOT || (root !== undefined && exists(`${root}/${path}`))) return { path };
  requireNoDiskPath(text, root);
  requireNoPattern(path);
  if (root === undefined) return { path };
  return { path, notice: `nothing is at ${path} in ${root} yet${nearestIn(root, path)}` };
}

function requireNoDiskPath(text: string, root: string | undefined): void {
  if (!text.startsWith("/")) return;
  const real = realPath(text);
  const inside = root && [text, real].find((at) => at !== null && isWithin(root, at));
  if (!inside && real === null) return;
  const hint = inside
    ? `; did you mean ${inside.slice(root.length + 1) || "/"}?`
    : ": without the leading / it is taken as one";
  const message = `${text} is a path on this machine, but a rule needs one below the served folder`;
  throw new FtError("usage", message + hint, { name: text });
}

function requireNoPattern(path: StorePath): void {
  if (!/[*?]/.test(path)) return;
  const above = path.replace(/(^|\/)\*{1,2}$/, "");
  const meant = /[*?]/.test(above) ? "" : `; did you mean ${above || "/"}?`;
  const message = `${path} is a pattern, but a rule needs a path, and covers all below it${meant}`;
  throw new FtError("usage", message, { name: path });
}

/** The nearest name beside a path that does not exist, as a question. */
function nearestIn(root: string, path: StorePath): string {
  const folder = parentOf(path);
  const above = folder === ROOT ? "" : `${folder}/`;
  return didYouMean(path, namesIn(`${root}/${folder}`).map((name) => above + name));
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    // A folder that cannot be read suggests nothing.
    return [];
  }
}

function exists(at: string): boolean {
  try {
    return lstatOrNull(at) !== null;
  } catch {
    // There is something that may not be looked at.
    return true;
  }
}

function realPath(at: string): string | null {
  try {
    return Deno.realPathSync(at);
  } catch {
    return null;
  }
}
