/**
 * The rules of ARCHITECTURE.md, as functions of the import graph and the sources. They use no files
 * or processes, so that a test can apply them to examples that break each rule.
 *
 * @module
 */

/** The imports of each file: paths relative to the repository, such as `lib/wire/frame.ts`. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The rank of each room, by its path below `lib`, and of the one file with a rank of its own. */
export type Ranks = ReadonlyMap<string, number>;

const SHARED = "shared code belongs in testing";

/** Imports that are forbidden although the ranks allow them. */
const NEVER: readonly { readonly from: RegExp; readonly to: RegExp; readonly why: string }[] = [
  { from: /^lib\/storage\//, to: /^lib\/(wire|net)\//, why: "a store does not use sockets" },
  { from: /^lib\/dialects\//, to: /^lib\/(storage|auth)\//, why: "a login provides bound Files" },
  { from: /^lib\/web\//, to: /^lib\/auth\//, why: "a login provides bound Files" },
  {
    from: /^lib\/client\//,
    to: /^lib\/(server\/|auth\/|service\/(?!files\.ts$))/,
    why: "a client must not need a server's code",
  },
  { from: /^lib\//, to: /^(?!lib\/)/, why: "lib does not depend on entries, tools and tests" },
  { from: /^testing\//, to: /^(?!lib\/|testing\/)/, why: "the test kit needs only lib" },
  { from: /^faults\//, to: /^(tests|bench|tools)\//, why: SHARED },
  { from: /^bench\//, to: /^(tests|faults|tools)\//, why: SHARED },
  { from: /^tools\//, to: /^(tests|faults|bench)\//, why: SHARED },
  { from: /^tests\/(?!faults\/)/, to: /^faults\//, why: SHARED },
  { from: /^tests\/(?!tools\/|dist\/)/, to: /^tools\//, why: SHARED },
  { from: /^tests\/(?!bench\/)/, to: /^bench\//, why: SHARED },
];

/** Code that is forbidden in some files; comments and plain strings do not count. */
const FORBIDDEN: readonly {
  readonly where: RegExp;
  readonly text: RegExp;
  readonly why: string;
}[] = [
  {
    where: /^lib\/(wire\/|dialects\/|native\/|service\/files\.ts)/,
    text: /\bDeno\./,
    why: "this room is pure",
  },
  {
    where: /^lib\/(?!cli\/|web\/built\/)/,
    text: /\bconsole\.|\bDeno\.(stdout|stderr|exit|exitCode)\b|(?<![.\w])(prompt|confirm|alert)\(/,
    why: "only cli and the entries print, prompt or exit",
  },
  {
    where: /^lib\/(?!net\/|web\/)/,
    text: /\bDeno\.(listen|connect|listenTls|connectTls|startTls)\b/,
    why: "only net opens sockets",
  },
];

/**
 * Reads the ranks from the picture in ARCHITECTURE.md: lines such as `wire/  frame …  rank 1`.
 *
 * @example
 * ```ts
 * import { readRanks } from "./import_rules.ts";
 *
 * if (readRanks("  wire/   frame, reader   rank 1").get("wire") !== 1) throw new Error("no rank");
 * ```
 */
export function readRanks(picture: string): Ranks {
  const lines = picture.matchAll(/^\s+(?:lib\/)?([\w/]+?)(?:\/|\.ts)\s.*\brank (\d+)/gm);
  return new Map([...lines].map(([, room, rank]) => [room ?? "", Number(rank)]));
}

/** Returns the rank of a file in `lib`, or `undefined` if its room has none. */
export function rankOf(file: string, ranks: Ranks): number | undefined {
  return ranks.get(roomOf(file, ranks) ?? "");
}

/** Returns the room of a file: the innermost folder with a rank, or the file itself if it has one. */
function roomOf(file: string, ranks: Ranks): string | undefined {
  let path = file.replace(/^lib\//, "").replace(/\.tsx?$/, "");
  while (path !== "" && !ranks.has(path)) path = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  return path === "" ? undefined : path;
}

/**
 * Returns one line for each circle of files that import each other.
 *
 * @example
 * ```ts
 * import { findCircles } from "./import_rules.ts";
 *
 * const [circle] = findCircles(new Map([["a.ts", ["b.ts"]], ["b.ts", ["c.ts"]], ["c.ts", ["b.ts"]]]));
 * if (circle !== "b.ts -> c.ts -> b.ts") throw new Error(circle);
 * ```
 */
export function findCircles(graph: ImportGraph): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start !== -1) circles.push([...trail.slice(start), file].join(" -> "));
    if (start !== -1 || done.has(file)) return;
    for (const to of graph.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

/** Returns one line for each forbidden import. */
export function checkImports(graph: ImportGraph, ranks: Ranks): string[] {
  const broken: string[] = [];
  for (const [from, imports] of graph) {
    const ranked = from.startsWith("lib/");
    const rank = rankOf(from, ranks);
    if (ranked && rank === undefined) {
      broken.push(`${from}: its room has no rank in ARCHITECTURE.md`);
    }
    for (const to of imports) {
      const never = NEVER.find((rule) => rule.from.test(from) && rule.to.test(to));
      if (never !== undefined) broken.push(`${from} imports ${to}: ${never.why}`);
      else if (ranked && !mayImport(from, to, ranks)) {
        broken.push(`${from} (rank ${rank}) imports ${to} (rank ${rankOf(to, ranks)})`);
      }
    }
  }
  return broken;
}

/** Returns one line for each forbidden piece of code in a source. */
export function checkSource(file: string, source: string): string[] {
  const code = withoutComments(source);
  return FORBIDDEN
    .filter(({ where, text }) => where.test(file) && text.test(code))
    .map(({ text, why }) => `${file} contains ${code.match(text)?.[0]}: ${why}`);
}

/** Returns one line for each rule of form that a source of `lib` breaks. */
export function checkForm(file: string, source: string, maxLines: number): string[] {
  const lines = source.split("\n").length - 1;
  const [comment = ""] = source.match(/^\/\*\*[\s\S]*?\*\//) ?? [];
  return [
    ...(lines > maxLines ? [`${file} has ${lines} lines, more than ${maxLines}`] : []),
    ...(comment.includes("@module") ? [] : [`${file} does not begin with a module comment`]),
  ];
}

function mayImport(from: string, to: string, ranks: Ranks): boolean {
  const [own, other] = [rankOf(from, ranks), rankOf(to, ranks)];
  if (own === undefined || other === undefined) return false;
  return other < own || roomOf(from, ranks) === roomOf(to, ranks);
}

/** Removes comments and plain strings; template literals stay, because they may embed code. */
function withoutComments(source: string): string {
  const token = /`(?:\\.|[^\\`])*`|(["'])(?:\\.|(?!\1)[^\\\n])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replaceAll(token, (match) => match.startsWith("`") ? match : '""');
}
