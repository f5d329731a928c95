/**
 * Decides which modules of a bundle are merged into one file.
 *
 * @module
 */

import { basename } from "node:path";

/** Files that are loaded together: the names of modules that `import()` loads, without `.js`. */
export type Group = readonly string[];

/** The modules of a bundle and their imports, by path. */
export interface ModuleGraph {
  getModuleIds(): Iterable<string>;
  getModuleInfo(id: string): {
    readonly isExternal: boolean;
    readonly importedIds: readonly string[];
    readonly dynamicImporters: readonly string[];
  } | null;
}

/**
 * Assigns modules to files. All that an entry loads at start is one file, but the entry: modules that
 * are loaded later import that file, and would wait for an entry that waits for them.
 *
 * @param stages Groups in the order in which they are loaded. What several groups of a stage need is
 *   a file of its own, and what an earlier stage loads is in none of them.
 * @returns The names of files, without `.js`, by path of the module. Others are not merged.
 * @throws {Error} If a module of a group is missing.
 */
export function chunkNames(
  graph: ModuleGraph,
  entry: string,
  stages: readonly (readonly Group[])[],
): Map<string, string> {
  const names = new Map<string, string>([...closure(graph, entry)].map((id) => [id, "start"]));
  for (const stage of stages) {
    const found = new Map<string, string[]>();
    for (const group of stage) {
      const ids = group.map((name) => loadedLater(graph, name));
      for (const id of new Set(ids.flatMap((id) => [...closure(graph, id)]))) {
        if (!names.has(id)) found.set(id, [...found.get(id) ?? [], group[0]!]);
      }
    }
    for (const [id, groups] of found) names.set(id, groups.join("-"));
  }
  names.delete(entry);
  return names;
}

/** Returns a module with all modules that it imports, directly or not. */
function closure(graph: ModuleGraph, from: string): Set<string> {
  const found = new Set([from]);
  // A set yields what is added while it is iterated.
  for (const id of found) {
    for (const imported of graph.getModuleInfo(id)!.importedIds) {
      if (!graph.getModuleInfo(imported)!.isExternal) found.add(imported);
    }
  }
  return found;
}

/** Finds a module by its name, to which the bundler has added a digest: `get-DU5VDGYL.js`. */
function loadedLater(graph: ModuleGraph, name: string): string {
  const found = [...graph.getModuleIds()].filter((id) =>
    basename(id).replace(/(-[A-Z0-9]{8})?\.js$/, "") === name &&
    graph.getModuleInfo(id)!.dynamicImporters.length > 0
  );
  if (found.length !== 1) throw new Error(`The bundle has ${found.length} modules named ${name}`);
  return found[0]!;
}
