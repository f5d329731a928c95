import { assertEquals } from "@std/assert";
import { expandHome, expandPattern } from "../../../../lib/cli/client/shell/local_words.ts";
import { splitWords } from "../../../../lib/cli/client/shell/tokenize.ts";
import { scriptedShell } from "../../../../lib/cli/client/commands/shell.ts";
import { codeOf } from "../../../../testing/code_of.ts";
import { fakeContext } from "../../../../testing/cli/fake_context.ts";
import { pipedInput } from "../../../../testing/cli/fake_input.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { testServer } from "../../../../testing/test_server.ts";

const word = (text: string) => splitWords(text)[0]!;

Deno.test({
  name: "expandHome takes a ~ at the start that is neither quoted nor escaped",
  permissions: "none",
  fn() {
    const at = (text: string) => expandHome(word(text), "/home/ana");
    assertEquals([at("~"), at("~/a b"), at('~/"a b"')], [
      "/home/ana",
      "/home/ana/a",
      "/home/ana/a b",
    ]);
    assertEquals([at('"~/a"'), at("\\~/a"), at("~bob/a"), at("a~")], [
      "~/a",
      "~/a",
      "~bob/a",
      "a~",
    ]);
    assertEquals(expandHome(word("~/a"), undefined), "~/a");
  },
});

Deno.test("expandPattern finds local files; a quoted pattern and a file of that name are none", async () => {
  await using dir = await tempDir();
  for (const name of ["a.txt", "b.txt", "c.bin", "d*.txt", ".hidden.txt", "sub/e.txt"]) {
    await Deno.mkdir(dir.join("sub"), { recursive: true });
    await Deno.writeTextFile(dir.join(name), "");
  }
  const at = async (text: string) =>
    (await expandPattern(word(text), dir.path)).map((path) => path.replace(`${dir.path}/`, ""));
  assertEquals(await at(`${dir.path}/*.txt`), ["a.txt", "b.txt", "d*.txt"]);
  assertEquals(await at("~/{a,c}.*"), ["a.txt", "c.bin"]);
  assertEquals(await at(`${dir.path}/**/*.txt`), ["a.txt", "b.txt", "d*.txt", "sub/e.txt"]);
  assertEquals(await at(`${dir.path}/s*/e.txt`), ["sub/e.txt"]);
  assertEquals(await at(`${dir.path}/d*.txt`), ["d*.txt"]);
  assertEquals(await at(`"${dir.path}/*.txt"`), ["*.txt"]);
  assertEquals(await at(`${dir.path}/"d*".t?t`), ["d*.txt"]);
  assertEquals(await codeOf(at(`${dir.path}/*.nothing`)), "not_found");
  assertEquals(await codeOf(at(`${dir.path}/none/*.txt`)), "not_found");
});

Deno.test("the shell uploads what a pattern matches, and several names", async () => {
  await using local = await testServer();
  await using dir = await tempDir();
  for (const name of ["one.txt", "two.txt", "it's.md", "b c.md"]) {
    await Deno.writeTextFile(dir.join(name), name);
  }
  const connect = () => local.connect();
  const context = { ...fakeContext(["shell"]), connect, open: connect };
  const lines = [`put ${dir.path}/*.txt`, `put ${dir.path}/it\\'s.md "${dir.path}/b c.md"`, "ls"];
  assertEquals(await scriptedShell(context, pipedInput(`${lines.join("\n")}\n`)), 0);
  context.out.flush();
  assertEquals(context.stdout.lines, ["b c.md", "it's.md", "one.txt", "two.txt"]);
});
