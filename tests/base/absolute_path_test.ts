import { assertEquals } from "@std/assert";
import { absolutePath } from "../../lib/base/absolute_path.ts";

Deno.test("absolutePath changes no names of a path", () => {
  const cwd = Deno.cwd();
  for (const path of ["a", "../a/./b", "link/../b", ""]) {
    assertEquals(absolutePath(path), `${cwd}/${path}`);
  }
  const absolute = new URL(import.meta.url).pathname;
  assertEquals(absolutePath(absolute), absolute);
});
