import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  EXIT_CODES,
  FtError,
  hasCode,
  isErrorCode,
  notFound,
  notRetryable,
  protocolError,
} from "../../lib/base/errors.ts";
import { grouped } from "../../lib/base/grouped.ts";
import { asFtError, codeOf, isOutOfDescriptors } from "../../lib/base/os_errors.ts";
import { cutMiddle, escapeControls } from "../../lib/base/text.ts";
import { storeError } from "../../lib/storage/fs_entry.ts";
import { pure } from "../../testing/pure.ts";

pure("FtError has the exit code of its code, and by default only `network` is retryable", () => {
  for (const [code, exit] of Object.entries(EXIT_CODES)) {
    const error = new FtError(code as keyof typeof EXIT_CODES, "m");
    assertEquals([error.exitCode, error.retryable], [exit, code === "network"]);
  }
  assertEquals(new FtError("limit", "m", { retryable: true }).retryable, true);
  assertEquals(new FtError("network", "m", { retryable: false }).retryable, false);
  const cause = new Error("x");
  assertEquals([protocolError("m", cause).cause, protocolError("m").name], [cause, "FtError"]);
  assert(hasCode(notFound("a"), "not_found") && !hasCode(new Error(), "not_found"));
  assertEquals([isErrorCode("limit"), isErrorCode("toString"), isErrorCode(3)], [
    true,
    false,
    false,
  ]);
});

pure("EXIT_CODES are the documented ones: scripts rely on them", () => {
  assertEquals(EXIT_CODES, {
    ...{ internal: 1, usage: 2, not_found: 3, not_allowed: 4, network: 5, integrity: 6 },
    ...{ conflict: 7, limit: 8, disk_full: 9, tls: 10, protocol: 11, partial: 23 },
    ...{ hung_up: 129, interrupted: 130, terminated: 143 },
  });
});

pure("notRetryable keeps code, message, subject and cause of a retryable error", () => {
  const lost = new FtError("network", "lost", { name: "a" });
  const final = notRetryable(lost) as FtError;
  assertEquals([final.code, final.message, final.subject], ["network", "lost", "a"]);
  assertEquals([final.retryable, final.cause], [false, lost]);
  for (const other of [final, new Error("x"), "text"]) {
    assertStrictEquals(notRetryable(other), other);
  }
});

pure("codeOf recognises system errors by number and by class", () => {
  const byNumber = (code: string) => codeOf(Object.assign(new Error("x"), { code }));
  assertEquals(["ENOENT", "ENOSPC", "EROFS", "EEXIST", "EPIPE", "E2BIG"].map(byNumber), [
    ...["not_found", "disk_full", "not_allowed", "conflict", "network", "internal"] as const,
  ]);
  assertEquals(codeOf(new Deno.errors.NotFound("x")), "not_found");
  assertEquals(codeOf(new Deno.errors.ConnectionReset("x")), "network");
  assertEquals([codeOf("text"), codeOf(null), codeOf(undefined)], [
    ...["internal", "internal", "internal"] as const,
  ]);
});

pure("asFtError keeps an FtError, and any other error as the cause", () => {
  const own = new FtError("limit", "m");
  assertStrictEquals(asFtError(own, "Cannot open a", "a"), own);
  const cause = new Deno.errors.NotFound("no such file (os error 2)");
  const error = asFtError(cause, "Cannot open a", "a");
  assertEquals([error.code, error.message, error.subject], ["not_found", "not found: a", "a"]);
  assertStrictEquals(error.cause, cause);
  assertEquals(asFtError(new Error("x"), "Cannot open a").message, "Cannot open a: x");
});

pure("asFtError and codeOf take the error after which a clean-up failed", () => {
  const denied = new Deno.errors.PermissionDenied("no");
  const later = new Error("clean-up");
  for (
    const thrown of [
      new SuppressedError(later, denied),
      new SuppressedError(later, new SuppressedError(later, denied)),
    ]
  ) {
    assertEquals(codeOf(thrown), "not_allowed");
    const error = asFtError(thrown, "Cannot stage");
    assertEquals([error.code, error.cause], ["not_allowed", denied]);
  }
  const known = new FtError("conflict", "exists");
  assertStrictEquals(asFtError(new SuppressedError(later, known)), known);
});

pure(
  "escapeControls escapes all that could move a cursor (control-characters-in-names-logs-and-terminal)",
  () => {
    assertEquals(
      escapeControls("a\x1b[2J\r\n\t\x9b\u202e\ufeff"),
      "a\\x1b[2J\\r\\n\\t\\x9b\\u202e\\ufeff",
    );
    assertEquals(escapeControls("\ud800x ä 日本 🏳️‍🌈"), "\ufffdx ä 日本 🏳️‍🌈");
  },
);

pure("cutMiddle keeps the beginning and the end of a text", () => {
  assertEquals(cutMiddle("cannot open abc: why", 20), "cannot open abc: why");
  assertEquals(cutMiddle("cannot open abc: why", 19), "cannot op… abc: why");
  assertEquals(cutMiddle("cannot open abc: why", 3), "c…y");
  assertEquals(cutMiddle("😀".repeat(10), 5), "😀…😀");
});

pure("too many open files and a name that is too long are two messages", () => {
  const error = (code: string) => Object.assign(new Error(`${code} at /srv/secret`), { code });
  const results = (wrap: typeof asFtError | typeof storeError) =>
    ["EMFILE", "ENFILE", "ENAMETOOLONG"].map((errno) => {
      const { code, message, retryable } = wrap(error(errno), "x", "a");
      return [code, message, retryable];
    });
  assertEquals(results(asFtError), [
    ["limit", "x: too many open files", false],
    ["limit", "x: too many open files", false],
    ["limit", "x: name too long", false],
  ]);
  assertEquals(results(storeError), [
    ["limit", "cannot x a: too many open files", true],
    ["limit", "cannot x a: too many open files", true],
    ["limit", "cannot x a: name too long", false],
  ]);
  const wrapped = asFtError(error("EMFILE"));
  assertEquals([isOutOfDescriptors(wrapped), isOutOfDescriptors(new Error())], [true, false]);
});

pure("grouped splits by number and by size, and keeps every item", () => {
  const cut = (
    items: number[],
    most: number,
    bytes: number,
  ) => [...grouped(items, most, bytes, (n) => n)];
  assertEquals(cut([1, 1, 1], 2, 100), [[1, 1], [1]]);
  assertEquals(cut([5, 5, 20, 1], 9, 10), [[5, 5], [20], [1]]);
  assertEquals(cut([], 2, 2), []);
});
