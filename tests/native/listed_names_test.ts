import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { decodeNames, nameOf } from "../../lib/native/listed_names.ts";
import { encodeJson, uint32s } from "../../lib/native/messages.ts";
import { joined } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";

const payload = (...items: unknown[]) => joined(uint32s(7), encodeJson(items));
const INFO = { bytes: 5, mtimeMs: 6, executable: true, mode: 0o755, revision: "r" };

pure("decodeNames takes names alone, and the infos of a server that knows nothing else", () => {
  const bare = { bytes: 0, mtimeMs: 0, executable: false, revision: "" };
  const file = { ...INFO, path: "d/f", type: "file" } as const;
  const expected = [{ ...bare, path: "d/f", type: "file" }, { ...bare, path: "d", type: "dir" }];
  assertEquals(decodeNames(payload(nameOf(file), { path: "d", type: "dir" })), expected);
  assertEquals(decodeNames(payload(file, { ...INFO, path: "d", type: "dir" })), expected);
});

pure("decodeNames refuses items without a path or a type", () => {
  for (const item of [{}, { path: "a" }, { path: "a", type: "link" }, { path: 1, type: "file" }]) {
    assertEquals(assertThrows(() => decodeNames(payload(item)), FtError).code, "protocol");
  }
});
