/**
 * Keeps retired wording out of `lib`, the docs and the README: private terms for things that have a
 * standard name, and clauses in place of nouns.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { REPOSITORY } from "../testing/repository.ts";
import { filesBelow } from "../testing/files/same_files.ts";

/** Files and folders that are held to the lists. */
const CHECKED = ["README.md", "docs", "lib"];

/** Parts of words, in prose and in identifiers, with their replacement. */
const STEMS: readonly (readonly [wording: string, instead: string])[] = [
  ["patien", "timeout, deadline"],
  ["pulse", "keepalive"],
  ["life[_-]?sign", "keepalive"],
  ["vouch", "verified, not verified"],
];

/** Whole words, with their replacement. A space stands for any gap, such as a new comment line. */
const PHRASES: readonly (readonly [wording: string, instead: string])[] = [
  ["(life signs?|signs? of life)", "keepalive"],
  ["told", "reported, logged, printed, says"],
  ["tell(s|ing)? of", "report, list, announce"],
  ["tell(s|ing)? apart", "distinguish"],
  ["tell(s|ing)? the (facts|user|client|server|peer)", "show, report to"],
  ["one may", "access, permission, allowed"],
  ["at first sight", "on first use"],
  ["on faith", "unverified"],
  ["mak(e|es|ing) a way", "create parent folders"],
  ["(hang|hangs|hanging|hung) up", "disconnect"],
  ["let(s|ting)? go", "release, disconnect"],
  ["(go|goes|going|went|gone) on with", "continue, resume"],
  ["those (who|whom|whose)", "users, clients, peers"],
  ["who(m)?ever", "the user, the client, anyone"],
  ["whatever", "any, regardless of"],
  ["do(es)? not fit(?! in)", "is invalid, does not match"],
  ["at the border", "between frames"],
  ["older (dialect|client|server|peer|program|protocol)s?", "legacy"],
  ["plain (dialect|client|server|peer|transfer)s?", "legacy, plaintext"],
  ["nobody(['’]s| in particular)", "anonymous, unknown"],
  ["nobody (came|comes) back", "abandoned"],
  ["is not what", "does not match, differs from"],
  ["(of no use|of use to)", "useless, discarded, needed by"],
  ["as said", "as described"],
  ["begins to be", "becomes"],
  ["got somewhere", "made progress"],
  ["in vain", "without success"],
  ["what (was|is|came|comes|became|becomes) (there|of)", "a noun"],
];

/** A comment that begins with a clause in place of a noun, such as "What a peer is sent". */
const CLAUSE = /(?<=(?:\/\*\*|^[ \t]*\*|\/\/)[ \t]+)(?:What|Who|Whom|Whose)(?= )/gm;

interface Finding {
  readonly line: number;
  readonly wording: string;
  readonly instead: string;
}

function findRetired(text: string): Finding[] {
  const patterns = [
    ...STEMS.map(([wording, instead]) => [new RegExp(wording, "gi"), instead] as const),
    ...PHRASES.map(([wording, instead]) =>
      [new RegExp(`\\b${wording.replaceAll(" ", "[\\s*/]+")}\\b`, "gi"), instead] as const
    ),
    [CLAUSE, "a noun"] as const,
  ];
  const found = patterns.flatMap(([pattern, instead]) =>
    [...text.matchAll(pattern)].map((match) => ({
      line: text.slice(0, match.index).split("\n").length,
      wording: match[0].replaceAll(/[\s*/]+/g, " "),
      instead,
    }))
  );
  return found.toSorted((a, b) => a.line - b.line);
}

async function checkedFiles(): Promise<string[]> {
  const names = await Promise.all(
    CHECKED.map(async (path) =>
      path.endsWith(".md") ? [path] : await filesBelow(join(REPOSITORY, path), `${path}/`)
    ),
  );
  return names.flat().filter((name) => /(?<!\.d)\.tsx?$|\.md$/.test(name));
}

Deno.test("lib, docs and README use no retired wording", async () => {
  const found: string[] = [];
  for (const name of await checkedFiles()) {
    const text = await Deno.readTextFile(join(REPOSITORY, name));
    for (const { line, wording, instead } of findRetired(text)) {
      found.push(`${name}:${line}: "${wording}" (use: ${instead})`);
    }
  }
  assertEquals(found, []);
});

Deno.test({
  name: "findRetired finds stems, phrases across comment lines, and clauses in place of nouns",
  permissions: "none",
  fn() {
    const source =
      "/**\n * For those\n * who read.\n */\nconst maxPatienceMs = 1;\n// What is left.\n";
    const found = findRetired(source).map(({ line, wording }) => `${line} ${wording}`);
    assertEquals(found, ["2 those who", "5 Patien", "6 What"]);
  },
});

Deno.test({
  name: "findRetired leaves other words alone",
  permissions: "none",
  fn() {
    assertEquals(findRetired("/** An untold story: what became visible. Somewhat older. */"), []);
    assertEquals(findRetired("// Files that do not fit into a batch; whoop."), []);
  },
});
