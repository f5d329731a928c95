/**
 * Requests that wait for a lock when their client cancels them, or disconnects.
 */

import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { within } from "../../lib/base/signals.ts";
import { ACTIONS, uniformPermission } from "../../lib/auth/permission.ts";
import { rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { FileService } from "../../lib/service/file_service.ts";
import type { ServiceContext } from "../../lib/service/service_context.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";

const facts = { mtimeMs: 0, executable: false };
const any = { kind: "any" } as const;

type Run = (files: FileService, signal: AbortSignal) => Promise<unknown>;

/** Commits an empty file. */
function commit(path: string): Run {
  return async (files, signal) => {
    await using upload = await files.stage(path, { bytes: 0, precondition: any });
    await upload.commit({ bytes: 0, root: rootOf(new Uint8Array(), 0) }, { signal });
  };
}

function write(path: string): Run {
  const file = smallFile({ path, bytes: new Uint8Array(3), ...facts });
  return (files, signal) => files.writeMany([file], { precondition: any, signal });
}

/** Locks, and the requests that wait for them. */
const LOCKS: Record<
  string,
  { lock: (context: ServiceContext) => Promise<Disposable>; requests: Record<string, Run> }
> = {
  "a folder that is moved": {
    lock: ({ trees }) => trees.acquire(["d"]),
    requests: {
      mkdir: (files, signal) => files.mkdir("d/new", { signal }),
      move: (files, signal) => files.move("d", "e", { signal }),
      writeMany: write("d/new"),
      commit: commit("d/new"),
    },
  },
  "a file that is replaced": {
    lock: ({ commits }) => commits.acquire(storePath("d/a")),
    requests: { writeMany: write("d/a"), commit: commit("d/a") },
  },
  "the count of a quota": {
    lock: ({ quotas }) => quotas.lock([storePath("d/x")], () => [{ path: "d", bytes: 1000 }]),
    requests: {
      move: (files, signal) => files.move("b", "d/b", { signal }),
      writeMany: write("d/new"),
      commit: commit("d/new"),
    },
  },
};

for (const [what, { lock, requests }] of Object.entries(LOCKS)) {
  for (const [name, run] of Object.entries(requests)) {
    Deno.test(`FileService ends a ${name} that waits for ${what} with its client`, async () => {
      const seed = { "d/a": new Uint8Array(1), b: new Uint8Array(1) };
      using service = await memoryService({ content: seed });
      const stopped = new AbortController();
      using stack = new DisposableStack();
      stack.use(await lock(service.context));
      const running = run(service.files("ana", uniformPermission(ACTIONS)), stopped.signal);
      assertEquals(await within(running, 5), "timeout");
      stopped.abort(new FtError("interrupted", "stopped"));
      const ended = await within(running.catch((error: FtError) => error.message), 2000);
      assertEquals(ended, "stopped");
      stack.dispose();
      // Nothing waits for a request that has ended.
      using _all = await service.context.trees.acquire(["."]);
    });
  }
}
