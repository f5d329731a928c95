import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../../lib/base/errors.ts";
import { globMatcher } from "../../../lib/client/transfer/glob.ts";
import { growsLinearly } from "../../../testing/growth.ts";
import { pure } from "../../../testing/pure.ts";

/** For each glob, paths that match and paths that do not. */
const CASES: Record<string, readonly [readonly string[], readonly string[]]> = {
  "*.txt": [["a.txt", ".txt", "a.b.txt"], ["a.txt/b", "a.txtx", "dir/a.txt"]],
  "a?c": [["abc", "a😀c"], ["ac", "abbc", "a/c"]],
  "[ab]x": [["ax", "bx"], ["cx", "x", "[ab]x"]],
  "[!a-c]": [["d", "-"], ["a", "b", "c", "dd"]],
  "[]a]": [["]", "a"], ["b"]],
  "[{]x": [["{x"], ["[{]x"]],
  "{[,],b}": [[",", "b"], ["[", "]"]],
  "\\[a": [["[a"], ["a"]],
  "\\{a": [["{a"], ["a"]],
  "a}]": [["a}]"], ["a"]],
  "\\*": [["*"], ["a", "\\*"]],
  "{a,b}.{c,d}": [["a.c", "b.d"], ["a.e", "{a,b}.c"]],
  "{a,b{1,2}}": [["a", "b1", "b2"], ["b", "a1"]],
  "{a}": [["{a}"], ["a"]],
  "a/**/b": [["a/b", "a/x/b", "a/x/y/b"], ["a/bb", "b", "xa/b"]],
  "**/a": [["a", "x/a", "x/y/a"], ["ba", "a/x"]],
  "a/**": [["a/b", "a/b/c"], ["a", "b/a"]],
  "a/*": [["a/b", "a/"], ["a", "a/b/c"]],
  "": [[""], ["a"]],
};

for (const [glob, [yes, no]] of Object.entries(CASES)) {
  pure(`globMatcher: ${JSON.stringify(glob)} is what it says and nothing else`, () => {
    const matches = globMatcher(glob);
    assertEquals([yes.filter(matches), no.filter(matches)], [yes, []]);
  });
}

pure("globMatcher agrees with the same pattern as a regular expression", () => {
  const letters = fc.constantFrom("a", "b", "?", "*");
  fc.assert(fc.property(
    fc.array(letters, { maxLength: 6 }),
    fc.array(fc.constantFrom("a", "b"), { maxLength: 8 }),
    (glob, name) => {
      const same = glob.map((c) => c === "?" ? "." : c === "*" ? ".*" : c).join("");
      const wanted = new RegExp(`^${same}$`).test(name.join(""));
      assertEquals(globMatcher(glob.join(""))(name.join("")), wanted);
    },
  ));
});

pure(
  "globMatcher refuses unclosed braces and brackets, and says how to write the character",
  () => {
    const globs = [
      "[a",
      "{a",
      "{a,{b}",
      "[]",
      "[!]",
      "a[b/c]",
      "x/{a,b",
      "[{a,b}",
      "{a,[b}",
      "\\\\[",
    ];
    for (const glob of globs) {
      const { code, message } = assertThrows(() => globMatcher(glob), FtError);
      assertEquals(code, "usage");
      const unclosed = message.match(/^unclosed ([{[]) in the glob /)?.[1];
      assertEquals(message.endsWith(`: write \\${unclosed} for the character`), true, message);
    }
  },
);

pure("globMatcher refuses braces that multiply", () => {
  const error = assertThrows(() => globMatcher("{a,b}".repeat(11)), FtError);
  assertEquals(error.code, "usage");
  globMatcher("{a,b}".repeat(9));
});

pure("quadratic-input: globMatcher, many stars on a name that almost matches", () => {
  growsLinearly((n) => {
    const matches = globMatcher(`${"*a".repeat(50)}*b`);
    assertEquals(matches("a".repeat(n)), false);
  });
});

pure("quadratic-input: globMatcher, many folders on a path that almost matches", () => {
  growsLinearly((n) => {
    const matches = globMatcher(`${"**/a/".repeat(20)}b`);
    assertEquals(matches("a/".repeat(n)), false);
  });
});
