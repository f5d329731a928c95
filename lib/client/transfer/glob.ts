/**
 * Matches globs: `*`, `?`, `[a-z]`, `[!a]`, `{a,b}`, and `**` for any folders between. A match takes
 * time proportional to the glob and the path, however many stars there are, because paths may come
 * from a hostile server.
 *
 * Written by hand because `globToRegExp` of `@std/path` yields a regular expression, which a
 * hostile path can make backtrack exponentially.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_GLOB_ALTERNATIVES } from "../../base/limits.ts";
import { escapeControls } from "../../base/text.ts";

/** Matches any run of items, including an empty one. */
const RUN = Symbol("run");
type Piece<T> = typeof RUN | ((item: T) => boolean);

const anything = () => true;

/**
 * Whether the pieces match the items. Only the last run is ever extended: if the rest matches at
 * all, it matches after the shortest runs before it.
 */
function matchesAll<T>(pieces: readonly Piece<T>[], items: readonly T[]): boolean {
  let run = -1;
  let runEnd = 0;
  let at = 0;
  for (let i = 0; i < items.length;) {
    const piece = pieces[at];
    if (piece === RUN) {
      run = at++;
      runEnd = i;
    } else if (piece?.(items[i]!)) {
      at++;
      i++;
    } else {
      if (run === -1) return false;
      at = run + 1;
      i = ++runEnd;
    }
  }
  return pieces.slice(at).every((piece) => piece === RUN);
}

/**
 * Compiles a glob into a test of whole paths.
 *
 * @throws `usage` for an unclosed brace or bracket, or too many alternatives.
 *
 * @example
 * ```ts
 * import { globMatcher } from "./glob.ts";
 *
 * const matches = globMatcher("src/**\/*.{ts,js}");
 * if (!matches("src/a/b.ts") || matches("src/a/b.css")) throw new Error();
 * ```
 */
export function globMatcher(glob: string): (path: string) => boolean {
  requireClosed(glob);
  const paths = alternatives(glob).map((text) => pathPieces(text.split("/")));
  return (path) => {
    const names = path.split("/");
    return paths.some((pieces) => matchesAll(pieces, names));
  };
}

/** A bracket with the characters it stands for; a `]` at its start is one of them. */
const CLASS = String.raw`\[(?:[!^](?:\][^\]/]*|[^\]/]+)|[^!^/][^\]/]*)\]`;

/** One token of a glob: an escaped character, a class, or a character. */
const TOKEN = new RegExp(String.raw`\\([^])|${CLASS}|[^]`, "gu");

/**
 * Whether a text is a glob: it has `*`, `?`, or a bracket or brace that is closed, not escaped by a
 * backslash.
 */
export function isGlob(text: string): boolean {
  const tokens = Array.from(text.matchAll(TOKEN), ([token]) => token);
  if (tokens.some((token) => /^[*?]$|^\[./.test(token))) return true;
  return splitOutside(text).some((part) =>
    part.startsWith("{") && part.endsWith("}") && splitOutside(part.slice(1, -1), ",").length > 1
  );
}

/** A glob with an unclosed brace or bracket was cut, or its author meant the character. */
function requireClosed(glob: string): void {
  let depth = 0;
  let unclosed: string | undefined;
  for (const [token] of glob.matchAll(TOKEN)) {
    if (token === "[") unclosed = token;
    if (token === "{") depth++;
    if (token === "}" && depth > 0) depth--;
  }
  if (depth > 0) unclosed ??= "{";
  if (unclosed === undefined) return;
  const shown = escapeControls(glob.slice(0, 100));
  const message =
    `unclosed ${unclosed} in the glob ${shown}: write \\${unclosed} for the character`;
  throw new FtError("usage", message, { name: shown });
}

function pathPieces(names: readonly string[]): Piece<string>[] {
  return names.flatMap((name, i): Piece<string>[] => {
    // At the end it matches the contents of the folder, not the folder.
    if (name === "**") return i === names.length - 1 ? [RUN, anything] : [RUN];
    const pieces = namePieces(name);
    return [(item) => matchesAll(pieces, [...item])];
  });
}

function namePieces(glob: string): Piece<string>[] {
  return Array.from(glob.matchAll(TOKEN), ([part, escaped]) => {
    if (part === "*") return RUN;
    if (part === "?") return anything;
    if (part.length > 1 && part.startsWith("[")) return oneOf(part.slice(1, -1));
    return (c: string) => c === (escaped ?? part);
  });
}

function oneOf(text: string): (c: string) => boolean {
  const negated = /^[!^]/.test(text);
  const members = Array.from(
    (negated ? text.slice(1) : text).matchAll(/([^])-([^])|[^]/gu),
    ([one, from = one, to = one]) => [from, to] as const,
  );
  return (c) => members.some(([from, to]) => from <= c && c <= to) !== negated;
}

/** The globs that one with braces stands for. */
function alternatives(glob: string): string[] {
  let whole = [""];
  for (const part of splitOutside(glob)) {
    const inner = part.length > 1 && part.startsWith("{") && part.endsWith("}")
      ? splitOutside(part.slice(1, -1), ",")
      : [];
    const choices = inner.length > 1 ? inner.flatMap(alternatives) : [part];
    if (whole.length * choices.length > MAX_GLOB_ALTERNATIVES) {
      throw new FtError("usage", `a glob with too many alternatives: ${glob.slice(0, 100)}`);
    }
    whole = whole.flatMap((start) => choices.map((choice) => start + choice));
  }
  return whole;
}

/**
 * Splits a glob where no brace is open: at a separator, or else into braces and the text between.
 */
function splitOutside(glob: string, separator?: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of glob.matchAll(TOKEN)) {
    if (token === separator && depth === 0) {
      parts.push("");
      continue;
    }
    if (token === "{" && depth++ === 0 && separator === undefined) parts.push("");
    parts[parts.length - 1] += token;
    if (token === "}" && depth > 0 && --depth === 0 && separator === undefined) parts.push("");
  }
  return parts;
}
