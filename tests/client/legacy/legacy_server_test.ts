import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { checkedSize, refusedWith, requireName } from "../../../lib/client/legacy/legacy_server.ts";

const pure = { permissions: "none" } as const;

Deno.test({
  name: "refusedWith knows the words of servers, and shows those it does not know",
  ...pure,
  fn() {
    const code = (reason: string) => refusedWith(reason, "a", "conflict").code;
    assertEquals(code("Arquivo não encontrado"), "not_found");
    assertEquals(code("File 'a' not found on server"), "not_found");
    assertEquals(code("not allowed to write: a"), "not_allowed");
    assertEquals(code("already exists: a"), "conflict");
    assertEquals(code("disk full: a"), "disk_full");
    assertEquals(code("not a text file, which is all that this dialect carries: a"), "protocol");
    assertEquals(code("a message is longer than 8192 bytes"), "limit");
    assertEquals(refusedWith("too long", "a", "conflict").retryable, false);
    assertEquals(refusedWith("too many open files", "a", "conflict").retryable, true);
    const long = `cannot write ${"x".repeat(1000)}: name too long`;
    assertEquals(refusedWith(long, "a", "conflict").code, "limit", "the reason is at the end");
    const full = refusedWith("too many connections from ::/64", "a", "not_found");
    assertEquals([full.code, full.retryable], ["limit", true]);
    const odd = refusedWith(" disk on\nfire ", "a", "not_found");
    assertEquals([odd.code, odd.message], ["not_found", "refused: disk on\\nfire"]);
    assertEquals(refusedWith("no such file", "a", "conflict").message, "not found: a");
  },
});

Deno.test({
  name: "checkedSize and requireName refuse what no honest server says",
  ...pure,
  fn() {
    assertEquals(checkedSize(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
    assertThrows(() => checkedSize(2n ** 53n), FtError);
    requireName("a.txt", "sub/a.txt");
    requireName("files\\a.txt", "a.txt");
    for (const told of ["b.txt", "..", "", "a.txt/"]) {
      assertThrows(() => requireName(told, "a.txt"), FtError, "sent another file");
    }
  },
});
