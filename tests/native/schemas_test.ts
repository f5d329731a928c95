/**
 * Each cap of a message: accepted at the cap, refused just beyond it.
 */

import { assertEquals } from "@std/assert";
import * as v from "valibot";
import {
  BLOCK_BYTES,
  MAX_BATCH_FILES,
  MAX_FILE_BYTES,
  MAX_PATH_BYTES,
  MAX_RANGES,
} from "../../lib/base/limits.ts";
import { chatMessageSchema, joinedSchema, presenceSchema } from "../../lib/native/chat_schemas.ts";
import * as schemas from "../../lib/native/schemas.ts";
import { pure } from "../../testing/pure.ts";

type Message = Record<string, unknown>;
type Schema = v.GenericSchema;

const ROOT = "0".repeat(64);
const LAST_MS = 8.64e15;
const HELLO = schemas.ourHello("test/1");
const FAILURE = { code: "limit", message: "m", retryable: false };
const INFO = { path: "f", type: "file", bytes: 0, mtimeMs: 0, executable: false, revision: "r" };
const READ = { op: "read", path: "f" };
const STAGE = { op: "stage", path: "f", precondition: { kind: "any" }, executable: false };
const PACKED = { path: "f", bytes: 0, mtimeMs: 0, executable: false, digest: ROOT };
const SAID = { sequence: 1, kind: "message", from: "a", text: "t", atMs: 0 };
const LOGIN = { op: "login" };

const letters = (count: number) => "a".repeat(count);
const many = (count: number, item: unknown) => Array.from({ length: count }, () => item);

/** A schema, a message that passes, and a field with a value that passes and one beyond its cap. */
type Cap = readonly [Schema, Message, field: string, good: unknown, bad: unknown];

const CAPS: readonly Cap[] = [
  [schemas.helloSchema, HELLO, "versions", many(16, 1), many(17, 1)],
  [schemas.helloSchema, HELLO, "versions", [1], []],
  [schemas.helloSchema, HELLO, "versions", [1], [1.5]],
  [schemas.helloSchema, HELLO, "software", letters(256), letters(257)],
  [schemas.helloSchema, HELLO, "features", many(64, "f"), many(65, "f")],
  [schemas.helloSchema, HELLO, "features", [letters(256)], [letters(257)]],
  [schemas.helloSchema, HELLO, "digests", many(16, "f"), many(17, "f")],
  [schemas.helloSchema, HELLO, "digests", [letters(256)], [letters(257)]],
  [schemas.helloSchema, HELLO, "blockBytes", MAX_FILE_BYTES, MAX_FILE_BYTES + 2],
  [schemas.helloSchema, HELLO, "blockBytes", 0, -1],
  [schemas.helloSchema, HELLO, "blockBytes", 1, 1.5],
  [schemas.helloSchema, HELLO, "identity", letters(8), letters(7)],
  [schemas.helloSchema, HELLO, "identity", letters(64), letters(65)],
  [schemas.helloSchema, HELLO, "identity", "a-b_c-d_1", "../../etc"],
  [schemas.helloSchema, HELLO, "maxRate", 1, 0],
  [schemas.helloSchema, HELLO, "clockMs", LAST_MS, LAST_MS + 2],
  [schemas.helloSchema, HELLO, "clockMs", -LAST_MS, -LAST_MS - 2],
  [schemas.failureSchema, FAILURE, "code", letters(256), letters(257)],
  [schemas.failureSchema, FAILURE, "message", letters(4096), letters(4097)],
  [schemas.failureSchema, FAILURE, "name", letters(MAX_PATH_BYTES), letters(MAX_PATH_BYTES + 1)],
  [schemas.failureSchema, FAILURE, "retryAfterMs", 0, -1],
  [schemas.fileInfoSchema, INFO, "path", letters(MAX_PATH_BYTES), letters(MAX_PATH_BYTES + 1)],
  [schemas.fileInfoSchema, INFO, "bytes", MAX_FILE_BYTES, MAX_FILE_BYTES + 2],
  [schemas.fileInfoSchema, INFO, "mtimeMs", LAST_MS, LAST_MS + 2],
  [schemas.fileInfoSchema, INFO, "type", "dir", "link"],
  [schemas.fileInfoSchema, INFO, "revision", letters(256), letters(257)],
  [schemas.fileInfoSchema, INFO, "root", ROOT, `${ROOT}0`],
  [schemas.fileInfoSchema, INFO, "root", ROOT, ROOT.slice(1)],
  [schemas.requestSchema, READ, "ranges", many(MAX_RANGES, [0, 1]), many(MAX_RANGES + 1, [0, 1])],
  [schemas.requestSchema, READ, "ranges", [[0, 1]], [[-1, 1]]],
  [schemas.requestSchema, READ, "revision", letters(256), letters(257)],
  [schemas.requestSchema, STAGE, "token", letters(64), letters(65)],
  [schemas.requestSchema, STAGE, "bytes", 0, -1],
  [schemas.requestSchema, STAGE, "mtimeMs", -LAST_MS, -LAST_MS - 2],
  [schemas.requestSchema, STAGE, "precondition", { kind: "root", root: ROOT }, { kind: "root" }],
  [
    ...[schemas.requestSchema, { op: "readMany", paths: [] }, "paths"] as const,
    ...[many(MAX_BATCH_FILES, "f"), many(MAX_BATCH_FILES + 1, "f")] as const,
  ],
  [
    ...[schemas.requestSchema, { op: "readMany", paths: [] }, "paths"] as const,
    ...[[letters(MAX_PATH_BYTES)], [letters(MAX_PATH_BYTES + 1)]] as const,
  ],
  [schemas.requestSchema, { op: "sum", path: "f", algorithm: "md5" }, "algorithm", "sha256", "md4"],
  [schemas.requestSchema, { op: "lease", path: "f", ttlMs: 1 }, "ttlMs", 0, -1],
  [schemas.requestSchema, LOGIN, "user", letters(256), letters(257)],
  [schemas.requestSchema, LOGIN, "password", letters(1024), letters(1025)],
  [schemas.requestSchema, LOGIN, "token", letters(1024), letters(1025)],
  [schemas.requestSchema, { op: "join" }, "name", letters(256), letters(257)],
  [schemas.requestSchema, { op: "join" }, "after", 0, -1],
  [schemas.requestSchema, { op: "join" }, "history", 0, -1],
  [schemas.requestSchema, { op: "say", text: "t" }, "to", letters(256), letters(257)],
  [schemas.stagedSchema, { token: letters(8) }, "token", letters(64), letters(65)],
  [schemas.commitSchema, { bytes: 0, root: ROOT }, "root", ROOT, ROOT.replace("0", "G")],
  [schemas.commitSchema, { bytes: 0, root: ROOT }, "bytes", 0, -1],
  [schemas.listedSchema, {}, "items", 0, -1],
  [schemas.sumSchema, { digest: ROOT }, "digest", letters(32), letters(33)],
  [schemas.leaseSchema, { path: "f", holder: "h", expiresAtMs: 0 }, "holder", "h", letters(257)],
  [schemas.packedFileSchema, PACKED, "bytes", 0, -1],
  [schemas.packedFileSchema, PACKED, "digest", ROOT, ""],
  [schemas.packedFileSchema, PACKED, "path", "f", letters(MAX_PATH_BYTES + 1)],
  [joinedSchema, { name: "a", sequence: 0 }, "name", letters(256), letters(257)],
  [chatMessageSchema, SAID, "from", letters(256), letters(257)],
  [chatMessageSchema, SAID, "kind", "notice", "other"],
  [presenceSchema, { name: "a", dialect: "d", idleMs: 0 }, "idleMs", 0, -1],
];

for (const [index, [schema, message, field, good, bad]] of CAPS.entries()) {
  const name = String(message["op"] ?? Object.keys(message)[0]);
  pure(`schemas cap ${field} of a message with ${name} (${index})`, () => {
    const passes = (value: unknown) => v.safeParse(schema, { ...message, [field]: value }).success;
    assertEquals([passes(good), passes(bad)], [true, false]);
  });
}

pure("requireCompatible accepts a hello of this version, and refuses another one", () => {
  const refused = (changes: Partial<schemas.Hello>) => {
    try {
      schemas.requireCompatible({ ...HELLO, ...changes }, "server", "client");
      return false;
    } catch {
      return true;
    }
  };
  assertEquals(refused({ versions: [2, 1] }), false);
  assertEquals(refused({ digests: ["blake3", "sha256"] }), false);
  assertEquals(refused({ versions: [2] }), true);
  assertEquals(refused({ digests: ["blake3"] }), true);
  assertEquals(refused({ blockBytes: BLOCK_BYTES + 1 }), true);
});
