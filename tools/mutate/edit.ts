/**
 * An edit of a source text, the smallest part of a mutation.
 *
 * @module
 */

import type ts from "typescript";

/** The kinds of mutation, each with its weight among the edits of one line. */
export const KINDS = {
  "negate a condition": 1,
  "change a comparison": 1,
  "swap && and ||": 1,
  "change an operator": 1,
  "drop a statement": 1,
  "drop a returned value": 1,
  "drop an argument": 1,
  "drop a property": 1,
  "drop a disposal": 1,
  "add one": 1,
  "flip a boolean": 1,
  "empty a string": 0.2,
  "empty an array": 0.2,
} as const;

/** The name of a kind of mutation. */
export type Kind = keyof typeof KINDS;

/** Replaces the characters `[start, end)` of a source with `text`. */
export interface Edit {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Finds the edits of one kind that belong to a node itself, not to its children. */
export type EditsOf = (node: ts.Node, source: ts.SourceFile) => Edit[];

/** Returns an edit that replaces a whole node, without the comments before it. */
export function replaceNode(
  kind: Kind,
  node: ts.Node,
  source: ts.SourceFile,
  text: string,
): Edit {
  return { kind, start: node.getStart(source), end: node.end, text };
}

/**
 * Applies an edit.
 *
 * @example
 * ```ts
 * import { applyEdit } from "./edit.ts";
 *
 * const mutated = applyEdit("a < b", { kind: "change a comparison", start: 2, end: 3, text: "<=" });
 * if (mutated !== "a <= b") throw new Error(mutated);
 * ```
 */
export function applyEdit(text: string, edit: Edit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}
