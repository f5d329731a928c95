/**
 * Observers of a server learn what users do, from where, and through which dialect.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { SILENT } from "../../lib/base/log.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { openServices } from "../../lib/server/services.ts";
import type { UserEvent } from "../../lib/server/user_event.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("an observer learns of uploads, changes and refusals, with their author", async () => {
  await using dir = await tempDir();
  const events: UserEvent[] = [];
  await using services = await openServices({
    ...{ root: dir.join("root"), state: dir.join("state"), anonymous: "write", log: SILENT },
    observers: [(event) => events.push(event)],
  });
  const { signal } = new AbortController();
  const { files } = await services.login({ kind: "anonymous" }, {
    ...{ connection: { remote: "[::1]:1", encrypted: false, signal }, log: SILENT },
    ...{ dialect: "http", countSeat: () => ({ [Symbol.dispose]() {} }) },
  });
  const bytes = new TextEncoder().encode("hello");
  await files.writeMany([smallFile({ path: "a", bytes, mtimeMs: 0, executable: false })]);
  await files.mkdir("d");
  await files.move("a", "d/b");
  await files.lease("d", { ttlMs: 1000 });
  await files.release("d");
  await files.remove("d", { recursive: true });
  await assertRejects(() => files.remove("../x"));
  assertEquals(events.map(({ op, name, to, bytes, result }) => [op, name, to, bytes, result]), [
    ["put", "a", undefined, 5, "done"],
    ["mkdir", "d", undefined, undefined, "done"],
    ["move", "a", "d/b", undefined, "done"],
    ["lock", "d", undefined, undefined, "done"],
    ["unlock", "d", undefined, undefined, "done"],
    ["remove", "d", undefined, undefined, "done"],
    ["remove", "../x", undefined, undefined, "not_allowed"],
  ]);
  const { user, remote, dialect } = events[0]!.by;
  assertEquals([user, remote, dialect], ["anonymous", "[::1]:1", "http"]);
});
