/**
 * Draws a recursive listing as a tree.
 *
 * @module
 */

import { type ListedEntry, sortEntries, type SortOrder } from "./listed_entries.ts";

/** A file or folder with its name inside the folder around it, and what is inside it. */
interface TreeNode extends ListedEntry {
  readonly inside: TreeNode[];
}

/** One row of a tree: an entry with its name inside the folder around it. */
export interface TreeRow extends ListedEntry {
  /** The lines in front of the name. */
  readonly branch: string;
}

/**
 * Draws entries that are listed in depth-first order. It does not recurse: a server decides how
 * deep its folders are.
 *
 * @param order The order inside each folder.
 */
export function* drawTree(entries: readonly ListedEntry[], order: SortOrder): Iterable<TreeRow> {
  const levels = [{ nodes: sortEntries(nest(entries), order), drawn: 0, indent: "" }];
  while (levels.length > 0) {
    const level = levels.at(-1)!;
    const { nodes, indent } = level;
    const node = nodes[level.drawn++];
    if (node === undefined) {
      levels.pop();
      continue;
    }
    const isLast = level.drawn === nodes.length;
    yield { name: node.name, info: node.info, branch: `${indent}${isLast ? "└── " : "├── "}` };
    const below = `${indent}${isLast ? "    " : "│   "}`;
    levels.push({ nodes: sortEntries(node.inside, order), drawn: 0, indent: below });
  }
}

/** Puts each entry into the innermost listed folder around it. */
function nest(entries: readonly ListedEntry[]): readonly TreeNode[] {
  const top: TreeNode[] = [];
  const open = [{ prefix: "", inside: top }];
  for (const { name, info } of entries) {
    while (!name.startsWith(open.at(-1)!.prefix)) open.pop();
    const { prefix, inside } = open.at(-1)!;
    const node: TreeNode = { name: name.slice(prefix.length), info, inside: [] };
    inside.push(node);
    if (info.type === "dir") open.push({ prefix: `${name}/`, inside: node.inside });
  }
  return top;
}
