/**
 * Files that a module finds by its own address, as `new URL("./hash_worker.ts", import.meta.url)`:
 * workers, which are programs of their own, and plain files.
 *
 * @module
 */

import { basename, dirname, join, relative } from "../../testing/paths.ts";

/** A file that a module addresses. */
export interface Beside {
  /** Its path from the repository's folder: `lib/blocks/hash_worker.ts`. */
  readonly path: string;
  /** Whether it is code, to be bundled like an entry, and not a plain file. */
  readonly code: boolean;
}

const ADDRESS = /new URL\(\s*(["'])(\.\.?\/[^"']+)\1,\s*import\.meta\.url\s*,?\s*\)/g;

/**
 * The files that sources address.
 *
 * @param sources Their texts by path from the repository's folder.
 * @throws {Error} When two have the same name: a bundle could not tell them apart.
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

/** Where a file stands in a bundle: code has become JavaScript. */
export function bundledPath({ path, code }: Beside): string {
  return code ? path.replace(/\.[mc]?[jt]s$/, ".js") : path;
}

/**
 * Makes a bundled module address files where the bundle has them.
 *
 * @param file The module's path in the bundle.
 * @throws {Error} When it addresses a file that the bundle does not have.
 */
export function readdress(file: string, text: string, beside: readonly Beside[]): string {
  return text.replaceAll(ADDRESS, (_, _quote, address) => {
    const target = beside.find(({ path }) => basename(path) === basename(address));
    if (target === undefined) throw new Error(`${file} addresses ${address}, which is not bundled`);
    const way = relative(dirname(file), bundledPath(target)).replaceAll("\\", "/");
    return `new URL(${JSON.stringify(way.startsWith(".") ? way : `./${way}`)}, import.meta.url)`;
  });
}

/** Examples in comments address nothing. */
function withoutBlockComments(text: string): string {
  return text.replaceAll(/^\s*\/\*\*[\s\S]*?\*\//gm, "");
}
