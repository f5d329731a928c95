/**
 * Bundles are merged into few files, and load late what is rarely needed.
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { filesBelow } from "../../../testing/files/same_files.ts";
import { runSuccessfully } from "../../../testing/programs/running_program.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";
import { deferRequire, mergeChunks } from "../../../tools/compile/merge_chunks.ts";
import { includedFiles } from "../../../tools/compile/native.ts";

/** A bundle as the bundler makes it: two commands share a module, and one loads a rare module. */
const PARTS = {
  "client.js": `import { word } from "./word.js";
if (import.meta.main) {
  const { run } = Deno.args[0] === "get"
    ? await import("./get-AAAAAAAA.js")
    : await import("./put-BBBBBBBB.js");
  await run(word);
}`,
  "word.js": `export const word = "done";`,
  "get-AAAAAAAA.js": `import { print } from "./print.js";
export const run = (word) => print("get", word);`,
  "put-BBBBBBBB.js": `import { print } from "./print.js";
export const run = async (word) => (await import("./rare-CCCCCCCC.js")).rare(print, word);`,
  "print.js": `import { word } from "./word.js";
import { format } from "node:util";
export const print = (name, text) => console.log(format("%s %s", name, text === word));`,
  "rare-CCCCCCCC.js": `export const rare = (print, word) => print("rare", word);`,
};

async function merged(
  dir: TempDir,
  rewrite: (file: string, text: string) => string = (_, text) => text,
  get = "get",
): Promise<string> {
  const [from, to] = [dir.join("parts"), dir.join("merged")];
  await Deno.mkdir(from);
  for (const [name, text] of Object.entries(PARTS)) {
    await Deno.writeTextFile(join(from, name), text);
  }
  const stages = [[[get], ["put"]]];
  await mergeChunks({ from, to, entry: "client", stages, rewrite });
  return to;
}

Deno.test("mergeChunks makes a file of what starts, of each group, and of what groups share", async () => {
  await using dir = await tempDir();
  const files = await filesBelow(await merged(dir));
  assertEquals(files.filter((name) => name.endsWith(".js")).toSorted(), [
    ...["client.js", "client/get-put.js", "client/get.js", "client/put.js"],
    ...["client/rare-CCCCCCCC.js", "client/start.js"],
  ]);
});

Deno.test("mergeChunks keeps what the program does, where its entry waits for what it loads", async () => {
  await using dir = await tempDir();
  const entry = join(await merged(dir), "client.js");
  const run = (word: string) =>
    runSuccessfully({ path: Deno.execPath(), args: ["run", "--allow-read", entry] }, [word]);
  assertEquals((await run("get")).stdout, "get true\n");
  assertEquals((await run("put")).stdout, "rare true\n");
});

Deno.test("mergeChunks hides from the runtime what is loaded later", async () => {
  await using dir = await tempDir();
  const entry = join(await merged(dir), "client.js");
  const { stdout } = await runSuccessfully({
    path: Deno.execPath(),
    args: ["info", "--json", "--no-config", entry],
  }, []);
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string }[] };
  assertEquals(modules.map(({ specifier }) => specifier.split("/merged/")[1]).toSorted(), [
    ...["client.js", "client/start.js"],
  ]);
});

Deno.test("mergeChunks rewrites each file by its new path", async () => {
  await using dir = await tempDir();
  const folder = await merged(dir, (file, text) => `${text}// in ${file}\n`);
  const text = await Deno.readTextFile(join(folder, "client/get-put.js"));
  assert(text.includes("// in client/get-put.js"), text);
});

Deno.test("mergeChunks refuses a group whose module is missing", async () => {
  await using dir = await tempDir();
  await assertRejects(() => merged(dir, undefined, "gone"), Error, "0 modules named gone");
});

Deno.test({
  name: "deferRequire loads node:module only for a call, and refuses other imports of it",
  permissions: "none",
  fn() {
    const late = deferRequire(
      `import { createRequire as __make } from "node:module";
var __require = __make(import.meta.url);
export { __require };`,
    );
    assert(!late.includes("import {") && late.includes("var __require = (name) =>"), late);
    assertEquals(deferRequire("export const a = 1;"), "export const a = 1;");
    assertThrows(
      () => deferRequire(`import { register } from "node:module";`),
      Error,
      "node:module",
    );
  },
});

Deno.test({
  name: "includedFiles are those that the program loads later, and workers",
  permissions: "none",
  fn() {
    const files = ["client.js", "client/get.js", "server.js", "server/start.js", "lib/w.js"];
    const bundle = { folder: "/b", files, addressed: ["lib/w.js"] };
    assertEquals(includedFiles(bundle, "ftclient"), ["lib/w.js", "client/get.js"]);
    assertEquals(includedFiles(bundle, "ftserver"), ["lib/w.js", "server/start.js"]);
  },
});
