/**
 * All mutations of a source file. Comments, imports, types, texts for people and log calls are
 * never mutated, because a fault there changes no behaviour that a test should hold.
 *
 * @module
 */

import ts from "typescript";
import { applyEdit, type Edit, type EditsOf } from "./edit.ts";
import { changeOperator, negateCondition } from "./expressions.ts";
import { dropArrowBody, dropDisposal, dropReturnedValue, dropStatement } from "./statements.ts";
import {
  addOne,
  dropArgument,
  dropProperty,
  emptyArray,
  emptyString,
  flipBoolean,
  isProse,
} from "./values.ts";

/** A mutation of one line. */
export interface Mutation extends Edit {
  /** Path from the repository's folder. */
  readonly file: string;
  /** The line of the edit, from 1. */
  readonly line: number;
  /** The lines that the edit touches, trimmed and joined. */
  readonly original: string;
  /** The same lines after the edit. */
  readonly mutated: string;
}

const ALL: readonly EditsOf[] = [
  negateCondition,
  changeOperator,
  dropStatement,
  dropArrowBody,
  dropReturnedValue,
  dropDisposal,
  dropArgument,
  dropProperty,
  addOne,
  flipBoolean,
  emptyString,
  emptyArray,
];

/** Files whose contents are figures with a reason, or declarations only. */
const EXCLUDED = /(^|\/)((\w+_)?limits|version|std\.d)\.ts$/;

/** Whether a file of `lib` has anything to mutate. */
export function isMutable(file: string): boolean {
  return file.endsWith(".ts") && !EXCLUDED.test(file);
}

/**
 * Finds the mutations of a source, in the order of their positions.
 *
 * @example
 * ```ts
 * import { findMutations } from "./mutations.ts";
 *
 * const [first] = findMutations("a.ts", "export const small = (n: number) => n < max;");
 * if (first?.mutated !== "export const small = (n: number) => n <= max;") throw new Error();
 * ```
 */
export function findMutations(file: string, text: string): Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node, source)) return;
    for (const editsOf of ALL) edits.push(...editsOf(node, source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.map((edit) => describe(file, text, edit)).sort((a, b) => a.start - b.start);
}

function isLeftAlone(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  if (ts.isTypeNode(node) || ts.isTypeParameterDeclaration(node)) return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isHeritageClause(node) || isProse(node)) return true;
  if (ts.isExpressionStatement(node)) return isLeftAlone(node.expression, source);
  if (isMessage(node, source)) return true;
  return ts.isCallExpression(node) &&
    /(^|[.#])log\??\.(debug|info|warning|error|with)$/.test(node.expression.getText(source));
}

/** Whether a node is the message of an error: a changed text is no fault. */
function isMessage(node: ts.Node, source: ts.SourceFile): boolean {
  const { parent } = node;
  if (parent === undefined || !(ts.isNewExpression(parent) || ts.isCallExpression(parent))) {
    return false;
  }
  const callee = parent.expression.getText(source);
  if (node === parent.expression || !callee.endsWith("Error")) return false;
  return parent.arguments?.[callee === "FtError" ? 1 : 0] === node;
}

function describe(file: string, text: string, edit: Edit): Mutation {
  const first = text.lastIndexOf("\n", edit.start - 1) + 1;
  const after = text.indexOf("\n", edit.end);
  const last = after === -1 ? text.length : after;
  const lines = text.slice(first, last);
  const moved = { ...edit, start: edit.start - first, end: edit.end - first };
  return {
    ...edit,
    file,
    line: text.slice(0, edit.start).split("\n").length,
    original: oneLine(lines),
    mutated: oneLine(applyEdit(lines, moved)),
  };
}

function oneLine(lines: string): string {
  return lines.split("\n").map((line) => line.trim()).filter((line) => line !== "").join(" ");
}
