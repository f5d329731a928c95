/**
 * Chooses the files of a transfer: `--include` and `--exclude`.
 *
 * @module
 */

import type { NameFilter } from "../remote/transfer_context.ts";
import { globMatcher } from "./glob.ts";

/** Includes every file. */
export const EVERY_NAME: NameFilter = () => true;

/** A filter that knows which of its globs have matched nothing so far. */
export interface GlobFilter extends NameFilter {
  /** The globs of the kind that have matched no path. */
  readonly unmatched: (kind: "include" | "exclude") => readonly string[];
}

/** A glob without a `/` matches any single name of a path, one with a `/` the path itself. */
function matcher(glob: string): (path: string) => boolean {
  const matches = globMatcher(glob.replace(/^\.?\/+|\/+$/g, ""));
  if (!glob.replace(/\/+$/, "").includes("/")) {
    return (path) => path.split("/").some(matches);
  }
  return (path) => foldersOf(path).some(matches);
}

/** A path and all its parent folders. */
function foldersOf(path: string): string[] {
  const names = path.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}

/** Several globs. */
class Globs {
  readonly #globs: readonly { readonly glob: string; matches(path: string): boolean }[];
  readonly #unmatched: Set<string>;

  constructor(globs: readonly string[]) {
    this.#globs = globs.map((glob) => ({ glob, matches: matcher(glob) }));
    this.#unmatched = new Set(globs);
  }

  get unmatched(): readonly string[] {
    return [...this.#unmatched];
  }

  /** Whether any matches. Those that never did are asked even after another one has matched. */
  match(path: string): boolean {
    let any = false;
    for (const { glob, matches } of this.#globs) {
      const isNew = this.#unmatched.has(glob);
      if ((any && !isNew) || !matches(path)) continue;
      any = true;
      if (isNew) this.#unmatched.delete(glob);
    }
    return any;
  }
}

/**
 * Creates a filter. It excludes files that match an `exclude` and all files below such a folder;
 * with `include`s it takes only files that match one of them or are below a folder that does.
 *
 * @throws `usage` for an invalid glob.
 *
 * @example
 * ```ts
 * import { nameFilter } from "./name_filter.ts";
 *
 * const takes = nameFilter(["*.ts"], ["vendor"]);
 * if (!takes("a/b.ts") || takes("vendor/b.ts")) throw new Error();
 * if (takes.unmatched("exclude").length > 0) throw new Error();
 * ```
 */
export function nameFilter(
  include: readonly string[],
  exclude: readonly string[],
): GlobFilter {
  const globs = { include: new Globs(include), exclude: new Globs(exclude) };
  const takes = (path: string) => {
    // Both are asked, so that both know what they have matched.
    const wanted = globs.include.match(path) || include.length === 0;
    return !globs.exclude.match(path) && wanted;
  };
  return Object.assign(takes, {
    unmatched: (kind: "include" | "exclude") => globs[kind].unmatched,
  });
}
