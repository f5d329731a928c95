/**
 * The rules of ARCHITECTURE.md, as functions over the import graph and the sources. They know
 * nothing of files and processes, so that a test can show them a house that breaks each rule.
 *
 * @module
 */

/** Who imports whom: paths from the repository's folder, such as `lib/wire/frame.ts`. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The rank of each room, and of the one file that has its own. */
export type Ranks = ReadonlyMap<string, number>;

/** Rooms and files that a room may never import, though their rank would allow it. */
const NEVER: readonly { readonly from: RegExp; readonly to: RegExp; readonly why: string }[] = [
  { from: /^lib\/storage\//, to: /^lib\/(wire|net)\//, why: "a store knows nothing of sockets" },
  { from: /^lib\/dialects\//, to: /^lib\/(storage|auth)\//, why: "login() hands out bound Files" },
  {
    from: /^lib\/client\//,
    to: /^lib\/(server\/|auth\/|service\/(?!files\.ts$))/,
    why: "a client must not need a server's code",
  },
  { from: /^lib\//, to: /^(?!lib\/)/, why: "lib stands without entries, tools and tests" },
];

/** What the source of some files may not contain; comments and plain strings do not count. */
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
    where: /^lib\/(?!cli\/)/,
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
 * Reads the ranks off the picture in ARCHITECTURE.md: lines such as `wire/  frame …  rank 1`.
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

/** The rank of a file in `lib`, or `undefined` when its room has none. */
export function rankOf(file: string, ranks: Ranks): number | undefined {
  const path = file.replace(/^lib\//, "").replace(/\.ts$/, "");
  return ranks.get(path) ?? ranks.get(roomOf(file));
}

/** One line for each import that the ranks or the nevers forbid. */
export function checkImports(graph: ImportGraph, ranks: Ranks): string[] {
  const broken: string[] = [];
  for (const [from, imports] of graph) {
    if (!from.startsWith("lib/")) continue;
    const rank = rankOf(from, ranks);
    if (rank === undefined) broken.push(`${from}: its room has no rank in ARCHITECTURE.md`);
    for (const to of imports) {
      const never = NEVER.find((rule) => rule.from.test(from) && rule.to.test(to));
      if (never !== undefined) broken.push(`${from} imports ${to}: ${never.why}`);
      else if (!mayImport(from, to, ranks)) {
        broken.push(`${from} (rank ${rank}) imports ${to} (rank ${rankOf(to, ranks)})`);
      }
    }
  }
  return broken;
}

/** One line for each thing in a source that its room may not contain. */
export function checkSource(file: string, source: string): string[] {
  const code = withoutComments(source);
  return FORBIDDEN
    .filter(({ where, text }) => where.test(file) && text.test(code))
    .map(({ text, why }) => `${file} contains ${code.match(text)?.[0]}: ${why}`);
}

/** One line for each rule of form that a source of `lib` breaks. */
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
  // A file with a rank of its own does not lean on its room.
  const lowered = own !== ranks.get(roomOf(from));
  return other < own || (roomOf(from) === roomOf(to) && !lowered);
}

function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}

/** The source without comments and plain strings; template literals stay, for what they embed. */
function withoutComments(source: string): string {
  const token = /`(?:\\.|[^\\`])*`|(["'])(?:\\.|(?!\1)[^\\\n])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replaceAll(token, (match) => match.startsWith("`") ? match : '""');
}
