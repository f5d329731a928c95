import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import {
  baseName,
  join,
  parentOf,
  portabilityFault,
  ROOT,
  storePath,
} from "../../lib/storage/store_path.ts";

const pure = (name: string, fn: () => void) => Deno.test({ name, permissions: "none", fn });

function refuses(path: string, code: ErrorCode = "not_allowed"): void {
  assertEquals(assertThrows(() => storePath(path), FtError).code, code, JSON.stringify(path));
}

pure("storePath drops empty and dot names and keeps the rest", () => {
  const same = [
    "a",
    "a/b.txt",
    "..a",
    "a..",
    "...",
    "a/...",
    ".hidden",
    "%2e%2e/x",
    "ä/é",
    "~",
    " ",
  ];
  for (const path of same) assertEquals(storePath(path), path);
  assertEquals(storePath("./a//b/./c/"), "a/b/c");
  for (const path of [".", "./", "./.", ".//"]) assertEquals(storePath(path), ROOT);
});

pure("storePath decides plain paths at a glance as it decides any other", () => {
  const said = (path: string) => {
    try {
      return storePath(path);
    } catch (error) {
      return (error as FtError).code;
    }
  };
  const name = fc.string({ unit: fc.constantFrom(...".. -_aZ0~:\\\0é"), maxLength: 5 });
  const long = fc.nat(260).map((length) => "x".repeat(length));
  const paths = fc.array(fc.oneof(name, long), { maxLength: 12 }).map((names) => names.join("/"));
  fc.assert(fc.property(paths, (path) => {
    if (path === "" || /^[/\\]/.test(path)) return;
    // A dot in front is dropped, but such a path is never plain.
    assertEquals(said(path), said(`./${path}`), JSON.stringify(path));
  }));
});

pure("storePath refuses paths that leave the root", () => {
  for (const path of ["..", "../a", "a/..", "a/../b", "a/../../b", "./..", "/", "/a", "//a"]) {
    refuses(path);
  }
  refuses("");
});

pure("storePath refuses path-backslash-and-drive", () => {
  const outside = ["..\\a", "a\\..\\b", "a/..\\b", "\\a", "./\\a", "\\\\host\\x"];
  for (const path of [...outside, "C:", "c:/x", "C:x", "z:\\x"]) refuses(path);
  for (const path of ["a\\b", "a\\b/c\\d", "a\\", "..a\\b"]) assertEquals(storePath(path), path);
});

pure("storePath refuses path-nul and takes other control characters", () => {
  for (const path of ["a\0", "\0", "a\0.txt", "a\ud800b"]) refuses(path);
  for (const path of ["a\nb", "a\x7f", "a\x1b[2J", "a\x85b"]) assertEquals(storePath(path), path);
});

pure("storePath refuses path-longer-than-255-bytes in one name, counted in bytes", () => {
  assertEquals(storePath("x".repeat(255)).length, 255);
  refuses("x".repeat(256), "limit");
  assertEquals(storePath("ä".repeat(127)).length, 127);
  refuses("ä".repeat(128), "limit");
});

pure("storePath refuses a path that is too long or too deep", () => {
  const deep = (n: number) => Array(n).fill("d").join("/");
  assertEquals(storePath(deep(128)).length, 255);
  refuses(deep(129), "limit");
  const long = (n: number) => `${Array(15).fill("x".repeat(255)).join("/")}/${"y".repeat(n)}`;
  assertEquals(storePath(long(255)).length, 4095);
  refuses(`${long(254)}/yz`, "limit");
});

pure("storePath refuses the reserved folder in any case, but only at the top", () => {
  for (const path of [".ftserver", ".FtServer/x", "./.ftserver/staging/x"]) refuses(path);
  for (const path of ["a/.ftserver", ".ftserver2", "ftserver"]) assertEquals(storePath(path), path);
});

pure("storePath is idempotent, and its result never leaves the root", () => {
  const path = fc.array(
    fc.oneof(fc.constantFrom(".", "..", "", "a", "%2e", "\\", ".ftserver"), fc.string()),
    { maxLength: 6 },
  ).map((names) => names.join("/"));
  fc.assert(fc.property(path, (text) => {
    let checked;
    try {
      checked = storePath(text);
    } catch (error) {
      return error instanceof FtError;
    }
    const url = new URL(`file:///root/${checked.split("/").map(encodeURIComponent).join("/")}`);
    assert(checked === ROOT || !checked.split("/").some((n) => ["", ".", ".."].includes(n)));
    return storePath(checked) === checked && url.pathname.startsWith("/root/");
  }));
});

pure("baseName and parentOf split paths, join builds them", () => {
  const path = storePath("a/b/c.txt");
  assertEquals([baseName(path), parentOf(path)], ["c.txt", storePath("a/b")]);
  assertEquals([baseName(storePath("c")), parentOf(storePath("c"))], ["c", ROOT]);
  assertEquals([baseName(ROOT), parentOf(ROOT)], [".", ROOT]);
  assertEquals([join(ROOT, "x"), join(path, "x")], [storePath("x"), storePath("a/b/c.txt/x")]);
  for (const name of ["..", "/x", "a\0b"]) {
    assertThrows(() => storePath(name), FtError);
    if (!name.startsWith("/")) assertThrows(() => join(path, name), FtError);
  }
});

pure("portabilityFault names path-windows-reserved-and-streams", () => {
  const faulty = [
    "con",
    "CON",
    "a/nul.txt",
    "com1",
    "LPT9.log",
    "ab:c",
    "f.txt::$DATA",
    "a ",
    "a.",
    "x?",
    "COM¹",
    "conin$",
    "a/b./c",
    "a\\b",
    "a/b\nc",
  ];
  for (const path of faulty) assert(portabilityFault(storePath(path)) !== null, path);
  for (const path of [".", "console", "a/com10", "nul_", ".a", "a.b", "lpt", "a b"]) {
    assertEquals(portabilityFault(storePath(path)), null, path);
  }
});

Deno.test({
  name: "path-backslash-and-drive: storePath also refuses a drive after a dot",
  permissions: "none",
  fn() {
    for (const path of ["A:", "./A:", ".//./c:/x"]) {
      assertThrows(() => storePath(path), FtError, "drive");
    }
  },
});
