/**
 * Which tests can notice a mutation, the nearest first.
 *
 * @module
 */

/** The local files that each file imports or addresses, by path from the repository's folder. */
export type References = ReadonlyMap<string, readonly string[]>;

/** Tests that run together, in one process. */
export interface Suite {
  /** The folder of the tests. */
  readonly folder: string;
  readonly tests: readonly string[];
}

/** The order of the rooms of `tests/` after the file's own room; others follow by name. */
const ORDER = ["conformance", "dialects", "client", "server", "resilience", "e2e", "cli"];

/** Tests that start the programs as users do, so that they reach all that the programs use. */
const STARTS_PROGRAMS = /^testing\/(programs\/|planned\/|terminal\.ts$)/;
const PROGRAMS = ["server.ts", "client.ts"];

/** Never run: they look at the shape of sources, or at tools, not at behaviour. */
const SKIPPED = /^tests\/(architecture_test\.ts|docs_test\.ts|tools\/|testing\/)/;

/** Reads the relative paths that a source names in imports and in `new URL(…)`. */
export function readReferences(file: string, text: string): string[] {
  const base = new URL(file, "file:///");
  return [...text.matchAll(/["'](\.{1,2}\/[^"'\s]+\.ts)["']/g)]
    .map(([, path]) => new URL(path ?? "", base).pathname.slice(1));
}

/** Returns all files that a file reaches, itself included. */
export function reach(file: string, references: References): Set<string> {
  const seen = new Set<string>();
  const next = [file];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    next.push(...references.get(at) ?? []);
    if (STARTS_PROGRAMS.test(at)) next.push(...PROGRAMS);
  }
  return seen;
}

/**
 * Returns the suites for a file of `lib` in the order in which to run them: the examples in its doc
 * comments, the test file that mirrors it, its folder, the folders above, then the other folders
 * whose tests reach it.
 */
export function suitesFor(file: string, references: References): Suite[] {
  const tests = [...references.keys()].filter((path) =>
    path.startsWith("tests/") && path.endsWith("_test.ts") && !SKIPPED.test(path) &&
    reach(path, references).has(file)
  );
  const mirror = file.replace(/^lib\//, "tests/").replace(/\.ts$/, "_test.ts");
  const folders = Map.groupBy(tests.filter((test) => test !== mirror), folderOf);
  const suites = [...folders].map(([folder, tests]) => ({ folder, tests: tests.sort() }));
  suites.sort((a, b) =>
    distance(a.folder, mirror) - distance(b.folder, mirror) || (a.folder < b.folder ? -1 : 1)
  );
  const first = references.has(mirror) ? [file, mirror] : [file];
  return [{ folder: folderOf(mirror), tests: first }, ...suites];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Whether a suite is in the room of a file, the first folder below `lib`, or a conformance suite. */
export function isNear({ folder }: Suite, file: string): boolean {
  return folder === "tests/conformance" || folder.split("/")[1] === file.split("/")[1];
}

/** How late a folder comes: folders that share a longer path with the mirror come earlier. */
function distance(folder: string, mirror: string): number {
  const own = mirror.split("/");
  const names = folder.split("/");
  const shared = names.findIndex((name, i) => name !== own[i]);
  const common = shared === -1 ? names.length : shared;
  if (common > 1) return -common;
  const rank = ORDER.indexOf(names[1] ?? "");
  return rank === -1 ? ORDER.length : rank;
}
