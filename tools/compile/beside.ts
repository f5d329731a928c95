/**
 * Finds the files that modules refer to relative to their own URL, such as
 * `new URL("./hash_worker.ts", import.meta.url)`: workers, which are separate programs, and data
 * files.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";

/** A file that a module refers to by URL. */
export interface Beside {
  /** Its path relative to the repository: `lib/blocks/hash_worker.ts`. */
  readonly path: string;
  /** Whether it is code, which is bundled like an entry, or a data file. */
  readonly code: boolean;
}

const ADDRESS = /new URL\(\s*(["'])(\.\.?\/[^"']+)\1,\s*import\.meta\.url\s*,?\s*\)/g;

/**
 * Returns the files that sources refer to by URL.
 *
 * @param sources Their texts, by path relative to the repository.
 * @throws {Error} If two have the same name: a bundle could not distinguish them.
 *
 * @example
 * ```ts
 * import { findBeside } from "./beside.ts";
 *
 * const source = `new Worker(new URL("./b.ts", import.meta.url))`;
 * const [found] = findBeside(new Map([["lib/a.ts", source]]));
 * if (found?.path !== "lib/b.ts" || !found.code) throw new Error("not found");
 * ```
 */
export function findBeside(sources: ReadonlyMap<string, string>): Beside[] {
  const found = new Map<string, Beside>();
  for (const [source, text] of sources) {
    for (const [, , address] of withoutBlockComments(text).matchAll(ADDRESS)) {
      const path = join(dirname(source), address!).replaceAll("\\", "/");
      const name = basename(path);
      if ((found.get(name)?.path ?? path) !== path) {
        throw new Error(`Cannot bundle two files named ${name}: ${found.get(name)!.path}, ${path}`);
      }
      found.set(name, { path, code: /\.[mc]?[jt]s$/.test(path) });
    }
  }
  return [...found.values()];
}

/** Returns the path of a file in a bundle, where code is JavaScript. */
export function bundledPath({ path, code }: Beside): string {
  return code ? path.replace(/\.[mc]?[jt]s$/, ".js") : path;
}

/**
 * Replaces the URLs in a bundled module by the paths of the files in the bundle.
 *
 * @param file The module's path in the bundle.
 * @throws {Error} If it refers to a file that is not in the bundle.
 */
export function readdress(file: string, text: string, beside: readonly Beside[]): string {
  return text.replaceAll(ADDRESS, (_, _quote, address) => {
    const target = beside.find(({ path }) => basename(path) === basename(address));
    if (target === undefined) throw new Error(`${file} refers to ${address}, which is not bundled`);
    const path = relative(dirname(file), bundledPath(target)).replaceAll("\\", "/");
    return `new URL(${JSON.stringify(path.startsWith(".") ? path : `./${path}`)}, import.meta.url)`;
  });
}

/** Removes doc comments: their examples do not count. */
function withoutBlockComments(text: string): string {
  return text.replaceAll(/^\s*\/\*\*[\s\S]*?\*\//gm, "");
}
