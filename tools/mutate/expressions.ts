/**
 * Mutations of conditions and operators.
 *
 * @module
 */

import ts from "typescript";
import { type Edit, type EditsOf, type Kind, replaceNode } from "./edit.ts";

/** The operator that replaces each operator, and the kind of mutation that is. */
const OPERATORS: ReadonlyMap<string, readonly [Kind, string]> = new Map([
  ["<", ["change a comparison", "<="]],
  ["<=", ["change a comparison", "<"]],
  [">", ["change a comparison", ">="]],
  [">=", ["change a comparison", ">"]],
  ["===", ["change a comparison", "!=="]],
  ["!==", ["change a comparison", "==="]],
  ["&&", ["swap && and ||", "||"]],
  ["||", ["swap && and ||", "&&"]],
  ["+", ["change an operator", "-"]],
  ["-", ["change an operator", "+"]],
  ["*", ["change an operator", "/"]],
  ["/", ["change an operator", "*"]],
  ["+=", ["change an operator", "-="]],
  ["-=", ["change an operator", "+="]],
]);

/** Replaces a binary operator with a related one. */
export const changeOperator: EditsOf = (node, source) => {
  if (!ts.isBinaryExpression(node)) return [];
  const { operatorToken } = node;
  const found = OPERATORS.get(operatorToken.getText(source));
  return found === undefined ? [] : [replaceNode(found[0], operatorToken, source, found[1])];
};

/** Negates the condition of a branch or a loop. */
export const negateCondition: EditsOf = (node, source): Edit[] => {
  const condition = conditionOf(node);
  if (condition === undefined) return [];
  const text = ts.isPrefixUnaryExpression(condition) &&
      condition.operator === ts.SyntaxKind.ExclamationToken
    ? condition.operand.getText(source)
    : `!(${condition.getText(source)})`;
  return [replaceNode("negate a condition", condition, source, text)];
};

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return node.expression;
  }
  return ts.isConditionalExpression(node) || ts.isForStatement(node) ? node.condition : undefined;
}
