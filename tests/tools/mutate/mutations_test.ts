/**
 * Each kind of mutation, and what is never mutated.
 */

import { assertEquals } from "@std/assert";
import { pure } from "../../../testing/pure.ts";
import { applyEdit, type Kind } from "../../../tools/mutate/edit.ts";
import { findMutations } from "../../../tools/mutate/mutations.ts";

/** Returns the source after each mutation of one kind. */
function mutate(text: string, kind: Kind): string[] {
  return findMutations("a.ts", text).filter((one) => one.kind === kind)
    .map((one) => applyEdit(text, one));
}

function holds(kind: Kind, text: string, ...expected: string[]): void {
  pure(`findMutations: ${kind}: ${text}`, () => assertEquals(mutate(text, kind), expected));
}

holds("negate a condition", "if (a === b) c();", "if (!(a === b)) c();");
holds("negate a condition", "while (!a) b();", "while (a) b();");
holds("negate a condition", "const a = b ? 1 : 2;", "const a = !(b) ? 1 : 2;");
holds("change a comparison", "a = b < c;", "a = b <= c;");
holds("change a comparison", "a = b >= c;", "a = b > c;");
holds("change a comparison", "a = b !== c;", "a = b === c;");
holds("swap && and ||", "a = b && c || d;", "a = b || c || d;", "a = b && c && d;");
holds("change an operator", "a += b - c;", "a -= b - c;", "a += b + c;");
holds(
  "drop a statement",
  "if (a) await b();\nc = d;",
  "if (a) {}\nc = d;",
  "if (a) await b();\n{}",
);
holds("drop a statement", "if (a) throw b;", "if (a) {}");
holds(
  "drop a statement",
  "for (;;) {\n  a++;\n  break;\n}",
  "for (;;) {\n  {}\n  break;\n}",
  "for (;;) {\n  a++;\n  {}\n}",
);
holds("drop a statement", "const a = () => b.close();", "const a = () => undefined;");
holds("drop a returned value", "() => {\n  return b;\n};", "() => {\n  return undefined;\n};");
holds("drop an argument", "const a = b(c, signal);", "const a = b(c);");
holds("drop an argument", "const a = new B(c);", "const a = new B();");
holds(
  "drop a property",
  "const a = { b, signal };",
  "const a = {  signal };",
  "const a = { b,  };",
);
holds(
  "drop a property",
  "const a = {\n  b: 1,\n  ...c,\n};",
  "const a = {\n  \n  ...c,\n};",
  "const a = {\n  b: 1,\n  \n};",
);
holds("drop a disposal", "await using a = b();", "const a = b();");
holds("drop a disposal", "using a = b();", "const a = b();");
holds("add one", "a = 8n;\nb = 0x1f;", "a = (8n + 1n);\nb = 0x1f;", "a = 8n;\nb = (0x1f + 1);");
holds("add one", "a = seconds * 1000;");
holds("flip a boolean", "a = true;", "a = false;");
holds("empty a string", 'a = "b";', 'a = "";');
holds("empty an array", "a = [1];", "a = [];");

const UNTOUCHED = {
  comments: "// if (a < 1) b();\n/** true, 1 && 2 */\n",
  imports:
    'import a, { type B } from "./a.ts";\nexport * from "./b.ts";\nexport { c } from "./c.ts";',
  types: 'type A = 1 | true | "b";\ninterface B {\n  readonly c: "d";\n  e(f: [1]): 2;\n}\n' +
    'let g: Map<"h", 1>;\nfunction i<T extends "j">(k: T): k is T;\nclass L implements M<1> {}',
  "messages of errors": "const a = new FtError(code, `b ${c > 1} d`);\n" +
    'const e = new TypeError("f" + 1, { cause: g });',
  "texts for people": 'const a = "some words";\nconst b = `${c + 1} words here`;',
  "log calls": 'log.info("a", { b: 1 });\nthis.#log?.warning("c", { d: true });',
};

for (const [what, text] of Object.entries(UNTOUCHED)) {
  pure(`findMutations leaves ${what} alone`, () => {
    const edited = findMutations("a.ts", text).filter(({ kind }) => kind !== "drop an argument");
    assertEquals(edited, []);
  });
}

pure("findMutations names the file, the line and the text before and after", () => {
  const text = "a();\nfunction b() {\n  // Why.\n  if (c)\n    return d(\n      1,\n    );\n}\n";
  const found = findMutations("lib/a.ts", text).find(({ kind }) => kind === "add one");
  assertEquals(found?.file, "lib/a.ts");
  assertEquals(found?.line, 6);
  assertEquals([found?.original, found?.mutated], ["1,", "(1 + 1),"]);
});
