import { assertEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { parseRulePath } from "../../../lib/cli/server/rule_path.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

/** A served folder with `private/notes.txt`, a file named `a*b`, and a folder beside it. */
async function servedFolder() {
  const dir = await tempDir();
  const root = await Deno.realPath(dir.path) + "/root";
  await Deno.mkdir(`${root}/private`, { recursive: true });
  await Deno.mkdir(dir.join("beside"));
  await Deno.writeTextFile(`${root}/private/notes.txt`, "");
  await Deno.writeTextFile(`${root}/a*b`, "");
  return { ...dir, root };
}

/** Returns the parsed path, with its notice, or the error's code and message. */
function parse(text: string, root: string | undefined): readonly string[] {
  try {
    const { path, notice } = parseRulePath(text, root);
    return notice === undefined ? [path] : [path, notice];
  } catch (error) {
    const { code, message } = error as FtError;
    return [code, message];
  }
}

Deno.test("parseRulePath accepts what exists, and points out what does not", async () => {
  await using dir = await servedFolder();
  const { root } = dir;
  const missing = (
    path: string,
    hint = "",
  ) => [path, `nothing is at ${path} in ${root} yet${hint}`];
  assertEquals(parse("/", root), ["."]);
  assertEquals(parse(".", root), ["."]);
  assertEquals(parse("private", root), ["private"]);
  assertEquals(parse("/private//notes.txt", root), ["private/notes.txt"]);
  assertEquals(parse("a*b", root), ["a*b"]);
  assertEquals(parse("privte", root), missing("privte", "; did you mean private?"));
  assertEquals(
    parse("private/notes", root),
    missing("private/notes", "; did you mean private/notes.txt?"),
  );
  assertEquals(parse("Private", root), missing("Private", "; did you mean private?"));
  assertEquals(parse("none/at/all", root), missing("none/at/all"));
  assertEquals(parse("private", undefined), ["private"]);
  assertEquals(parse("[2024] a", root), missing("[2024] a"));
});

Deno.test("parseRulePath refuses patterns, which rules do not have", async () => {
  await using dir = await servedFolder();
  const refused = (path: string, meant?: string) => [
    "usage",
    `${path} is a pattern, but a rule needs a path, and covers all below it` +
    (meant === undefined ? "" : `; did you mean ${meant}?`),
  ];
  for (const root of [dir.root, undefined]) {
    assertEquals(parse("private/*", root), refused("private/*", "private"));
    assertEquals(parse("/private/**", root), refused("private/**", "private"));
    assertEquals(parse("*", root), refused("*", "/"));
    assertEquals(parse("**", root), refused("**", "/"));
    assertEquals(parse("*.txt", root), refused("*.txt"));
    assertEquals(parse("private/*/x", root), refused("private/*/x"));
    assertEquals(parse("note?.txt", root), refused("note?.txt"));
  }
});

Deno.test("parseRulePath refuses a path on the disk, and says what was meant", async () => {
  await using dir = await servedFolder();
  const { root } = dir;
  const beside = dir.join("beside");
  await Deno.symlink(root, dir.join("link"));
  const refused = (text: string, hint: string) => [
    "usage",
    `${text} is a path on this machine, but a rule needs one below the served folder${hint}`,
  ];
  const plain = ": without the leading / it is taken as one";
  assertEquals(
    parse(`${root}/private`, root),
    refused(`${root}/private`, "; did you mean private?"),
  );
  assertEquals(parse(root, root), refused(root, "; did you mean /?"));
  assertEquals(parse(`${root}/new`, root), refused(`${root}/new`, "; did you mean new?"));
  const linked = `${dir.join("link")}/private`;
  assertEquals(parse(linked, root), refused(linked, "; did you mean private?"));
  assertEquals(parse(beside, root), refused(beside, plain));
  assertEquals(parse(beside, undefined), refused(beside, plain));
  assertEquals(parse("../private", root)[0], "not_allowed");
  assertEquals(parse(".ftserver/lock", root)[0], "not_allowed");
});
