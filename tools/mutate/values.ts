/**
 * Mutations of literals, and those that drop an argument or a property.
 *
 * @module
 */

import ts from "typescript";
import { type EditsOf, replaceNode } from "./edit.ts";

/** Adds one to a number. Factors of a change of unit, such as `* 1000`, stay. */
export const addOne: EditsOf = (node, source) => {
  if (!ts.isNumericLiteral(node) && !ts.isBigIntLiteral(node)) return [];
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return [];
  const text = node.getText(source);
  if (/^(1000|1_000|1e3|1024|100)$/.test(text) && isFactor(node)) return [];
  return [replaceNode("add one", node, source, `(${text} + ${text.endsWith("n") ? "1n" : "1"})`)];
};

function isFactor({ parent }: ts.Node): boolean {
  return ts.isBinaryExpression(parent) &&
    [ts.SyntaxKind.AsteriskToken, ts.SyntaxKind.SlashToken].includes(parent.operatorToken.kind);
}

/** Replaces `true` with `false`, and the other way round. */
export const flipBoolean: EditsOf = (node, source) => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) {
    return [replaceNode("flip a boolean", node, source, "false")];
  }
  if (node.kind !== ts.SyntaxKind.FalseKeyword) return [];
  return [replaceNode("flip a boolean", node, source, "true")];
};

/** Empties a string that is one word, which is a value and not a text to be read. */
export const emptyString: EditsOf = (node, source) => {
  if (!ts.isStringLiteral(node) || node.text === "" || isProse(node)) return [];
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return [];
  return [replaceNode("empty a string", node, source, '""')];
};

/** Empties an array literal. */
export const emptyArray: EditsOf = (node, source) => {
  if (!ts.isArrayLiteralExpression(node) || node.elements.length === 0) return [];
  if (ts.isBinaryExpression(node.parent) && node.parent.left === node) return [];
  return [replaceNode("empty an array", node, source, "[]")];
};

/**
 * Drops a property of an object literal, such as `signal`. A text stays, and so does the cause of an
 * error, which only diagnosis reads.
 */
export const dropProperty: EditsOf = (node, source) => {
  if (!ts.isObjectLiteralExpression(node)) return [];
  const properties = node.properties.filter((property) =>
    property.name?.getText(source) !== "cause"
  ).filter((property) =>
    ts.isShorthandPropertyAssignment(property) || ts.isSpreadAssignment(property) ||
    (ts.isPropertyAssignment(property) && !isProse(property.initializer))
  );
  return properties.map((property) => {
    const [comma = ""] = source.text.slice(property.end).match(/^\s*,/) ?? [];
    const edit = replaceNode("drop a property", property, source, "");
    return { ...edit, end: edit.end + comma.length };
  });
};

/** Drops the last argument of a call, such as `signal`; the type check keeps optional ones. */
export const dropArgument: EditsOf = (node, source) => {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const last = node.arguments?.at(-1);
  if (last === undefined || isProse(last)) return [];
  const before = node.arguments?.at(-2);
  const start = before?.end ?? last.getStart(source);
  return [{ kind: "drop an argument", start, end: last.end, text: "" }];
};

/** Whether a node is a text for people: words with spaces between them. */
export function isProse(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head, ...node.templateSpans.map((span) => span.literal)];
    return parts.some((part) => /\p{L}\s|\s\p{L}/u.test(part.text));
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return isProse(node.left) || isProse(node.right);
  }
  return ts.isStringLiteralLike(node) && /\p{L}\s|\s\p{L}/u.test(node.text);
}
