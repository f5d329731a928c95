/**
 * Mutations that drop a statement, a returned value or a disposal.
 *
 * @module
 */

import ts from "typescript";
import { type EditsOf, replaceNode } from "./edit.ts";

/** A longer statement is not one line in any sense. */
const MAX_LINES = 6;

/**
 * Drops a call, an assignment, a throw, a bare return, a break or a continue. An empty block takes
 * its place, because TypeScript allows no empty statement after `if (…)`.
 */
export const dropStatement: EditsOf = (node, source) => {
  const dropped = ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node) ||
    (ts.isReturnStatement(node) && node.expression === undefined) ||
    (ts.isExpressionStatement(node) && hasEffect(node.expression));
  if (!dropped || lineCount(node, source) > MAX_LINES) return [];
  return [replaceNode("drop a statement", node, source, "{}")];
};

/** Drops the call that is the whole body of an arrow function. */
export const dropArrowBody: EditsOf = (node, source) => {
  if (!ts.isArrowFunction(node) || ts.isBlock(node.body) || !hasEffect(node.body)) return [];
  if (lineCount(node.body, source) > MAX_LINES) return [];
  return [replaceNode("drop a statement", node.body, source, "undefined")];
};

/** Returns `undefined` in place of a value. */
export const dropReturnedValue: EditsOf = (node, source) => {
  if (!ts.isReturnStatement(node) || node.expression === undefined) return [];
  if (node.expression.getText(source) === "undefined") return [];
  if (lineCount(node, source) > MAX_LINES) return [];
  return [replaceNode("drop a returned value", node.expression, source, "undefined")];
};

/** Turns `using` and `await using` into `const`, so that nothing is disposed. */
export const dropDisposal: EditsOf = (node, source) => {
  if (!ts.isVariableDeclarationList(node)) return [];
  const [word] = node.getText(source).match(/^(await\s+)?using\b/) ?? [];
  if (word === undefined) return [];
  const start = node.getStart(source);
  return [{ kind: "drop a disposal", start, end: start + word.length, text: "const" }];
};

function hasEffect(node: ts.Expression): boolean {
  if (ts.isAwaitExpression(node) || ts.isVoidExpression(node)) return hasEffect(node.expression);
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  if (ts.isPrefixUnaryExpression(node)) return node.operator >= ts.SyntaxKind.PlusPlusToken;
  return ts.isCallExpression(node) || ts.isPostfixUnaryExpression(node) ||
    ts.isDeleteExpression(node) || ts.isYieldExpression(node);
}

function lineCount(node: ts.Node, source: ts.SourceFile): number {
  const line = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  return line(node.end) - line(node.getStart(source)) + 1;
}
