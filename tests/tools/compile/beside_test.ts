import { assertEquals, assertThrows } from "@std/assert";
import { bundledPath, findBeside, readdress } from "../../../tools/compile/beside.ts";

const worker = { path: "lib/blocks/w.ts", code: true };

Deno.test({
  name: "findBeside finds workers and plain files, and ignores comments",
  permissions: "none",
  fn() {
    const sources = new Map([
      ["lib/blocks/a.ts", `new Worker(new URL("./w.ts", import.meta.url), { type: "module" });`],
      ["lib/web/b.ts", `read(new URL(\n  "../x/page.html",\n  import.meta.url,\n));`],
      ["lib/web/c.ts", `/**\n * new URL("./no.ts", import.meta.url)\n */\nnew URL("https://h/");`],
    ]);
    assertEquals(findBeside(sources), [worker, { path: "lib/x/page.html", code: false }]);
  },
});

Deno.test({
  name: "findBeside refuses two files with the same name",
  permissions: "none",
  fn() {
    const source = `new URL("./w.ts", import.meta.url)`;
    assertThrows(() => findBeside(new Map([["lib/a/x.ts", source], ["lib/b/x.ts", source]])));
  },
});

Deno.test({
  name: "readdress points from the new place of a module to the bundled file",
  permissions: "none",
  fn() {
    const text = `new Worker(new URL("./w.ts", import.meta.url), {})`;
    const at = (file: string) => readdress(file, text, [worker]).match(/"(.*?)"/)?.[1];
    assertEquals(at("chunk.js"), "./lib/blocks/w.js");
    assertEquals(at("lib/blocks/a.js"), "./w.js");
    assertEquals(at("lib/net/a.js"), "../blocks/w.js");
    assertEquals(bundledPath({ path: "a/b.html", code: false }), "a/b.html");
  },
});

Deno.test({
  name: "readdress refuses to omit a file",
  permissions: "none",
  fn() {
    const text = `new URL("./lost.ts", import.meta.url)`;
    assertThrows(() => readdress("a.js", text, [worker]), Error, "lost.ts");
  },
});
