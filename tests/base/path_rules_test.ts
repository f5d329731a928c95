import { assertEquals } from "@std/assert";
import * as node from "node:path";
import { basename, dirname, isAbsolute, resolve } from "../../lib/base/path_rules.ts";

Deno.test("path_rules are those of node:path, but for the name of a root and doubled separators", () => {
  const paths = ["a", "a/", "a//", "/a", "/a/", ".", "..", "../", "a/b", "a/b/", "a/.", " ", "/.."];
  for (const path of [...paths, ""]) {
    assertEquals(
      [basename(path), dirname(path), isAbsolute(path), resolve(path)],
      [node.basename(path), node.dirname(path), node.isAbsolute(path), node.resolve(path)],
      path,
    );
  }
  assertEquals([basename("/"), dirname("/"), dirname("a//b")], ["/", "/", "a"]);
});
