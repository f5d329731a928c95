/**
 * The order of the tests, and which one failed.
 */

import { assertEquals } from "@std/assert";
import { pure } from "../../../testing/pure.ts";
import { firstFailure } from "../../../tools/mutate/run_tests.ts";
import { readReferences, suitesFor } from "../../../tools/mutate/suites.ts";

const REFERENCES = new Map([
  ["lib/storage/jail.ts", []],
  ["lib/net/dial.ts", []],
  ["server.ts", ["lib/storage/jail.ts"]],
  ["client.ts", []],
  ["testing/programs/running_program.ts", []],
  ["tests/storage/jail_test.ts", ["lib/storage/jail.ts"]],
  ["tests/storage/store_test.ts", ["lib/storage/jail.ts"]],
  ["tests/net/dial_test.ts", ["lib/net/dial.ts"]],
  ["tests/e2e/folders_test.ts", ["testing/programs/running_program.ts"]],
  ["tests/service/sum_test.ts", ["lib/storage/jail.ts"]],
  ["tests/conformance/files_test.ts", ["lib/storage/jail.ts"]],
  ["tests/tools/some_test.ts", ["lib/storage/jail.ts"]],
]);

pure(
  "suitesFor puts the examples and the mirror first, then its room, then rooms that reach the file",
  () => {
    assertEquals(suitesFor("lib/storage/jail.ts", REFERENCES).map(({ tests }) => tests), [
      ["lib/storage/jail.ts", "tests/storage/jail_test.ts"],
      ["tests/storage/store_test.ts"],
      ["tests/conformance/files_test.ts"],
      ["tests/e2e/folders_test.ts"],
      ["tests/service/sum_test.ts"],
    ]);
  },
);

pure("readReferences reads imports and addressed workers", () => {
  const text = 'import { a } from "../b.ts";\nnew Worker(new URL("./c.ts", import.meta.url));\n' +
    'import d from "node:path";';
  assertEquals(readReferences("lib/x/y.ts", text), ["lib/b.ts", "lib/x/c.ts"]);
});

pure("firstFailure names the file that ran, not the one that registered the test", () => {
  const output = "running 1 test from ./tests/a_test.ts\na works ... ok (1ms)\n" +
    "running 2 tests from ./tests/b_test.ts\nb works ...\n------- output -------\nhello\n" +
    "b works ... FAILED (2ms)\n\n FAILURES \n\nb works => ./testing/pure.ts:9:8\n";
  assertEquals(firstFailure(output), { file: "tests/b_test.ts", test: "b works" });
  assertEquals(firstFailure("error: boom\n"), { file: "", test: "error: boom" });
});
