import { assert, assertEquals } from "@std/assert";
import { ErrorList } from "../../lib/base/error_list.ts";
import { FtError } from "../../lib/base/errors.ts";
import {
  MAX_CONTROL_BYTES,
  MAX_NAMED_ERROR_BYTES,
  MAX_NAMED_ERRORS,
} from "../../lib/base/limits.ts";
import { encodeJson } from "../../lib/native/messages.ts";
import { encodeFailures } from "../../lib/native/schemas.ts";
import { pure } from "../../testing/pure.ts";

const error = (name: string) => new FtError("not_allowed", `left out: ${name}`, { name });

pure("ErrorList keeps up to 100 errors in order, and counts the rest", () => {
  const list = new ErrorList();
  assertEquals([list.size, list.errors], [0, []]);
  const all = Array.from({ length: MAX_NAMED_ERRORS + 2 }, (_, i) => error(`n${i}`));
  for (const one of all.slice(0, MAX_NAMED_ERRORS)) list.add(one);
  assertEquals(list.errors, all.slice(0, MAX_NAMED_ERRORS));
  for (const one of all.slice(MAX_NAMED_ERRORS)) list.add(one);
  assertEquals(list.size, MAX_NAMED_ERRORS + 2);
  assertEquals(list.errors.slice(0, -1), all.slice(0, MAX_NAMED_ERRORS));
  const last = list.errors.at(-1)!;
  assertEquals([last.code, last.message], ["partial", "and 2 more"]);
});

pure("ErrorList fits into a control message, whatever the names are", () => {
  for (const name of ["\x1b".repeat(4096), "ä".repeat(2048), "a", "\ud800".repeat(1000)]) {
    const list = new ErrorList();
    for (let i = 0; i < 1000; i++) list.add(error(name));
    const bytes = encodeJson({ items: 1, leftOut: encodeFailures(list.errors) }).length;
    assert(bytes < MAX_CONTROL_BYTES, `${bytes}`);
    assertEquals(list.size, 1000);
  }
  assert(MAX_NAMED_ERROR_BYTES < MAX_CONTROL_BYTES);
});

pure("ErrorList takes the parts of an error for it", () => {
  const list = new ErrorList();
  list.add(new FtError("partial", "p", { parts: [error("a"), error("b")] }));
  assertEquals(list.errors.map(({ subject }) => subject), ["a", "b"]);
});
