/**
 * A file service that logs forwards every call as it is, and passes on every error.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Files } from "../../lib/service/files.ts";
import { LoggedFiles } from "../../lib/service/logged_files.ts";
import { TransferCounts } from "../../lib/service/transfer_counts.ts";
import { pure } from "../../testing/pure.ts";

const { signal } = new AbortController();
const FILE = smallFile({ path: "f", bytes: new Uint8Array(1), mtimeMs: 0, executable: false });

/** Every call with all its arguments. */
const CALLS: { readonly [K in keyof Files]: Parameters<Files[K]> } = {
  stat: ["f", { signal }],
  list: ["d", { signal, recursive: true }],
  statMany: [["f"], { signal, fresh: true }],
  manifest: ["f", { signal, fresh: true }],
  read: ["f", [{ start: 0, end: 1 }], { signal, revision: "r" }],
  stage: ["f", { signal, bytes: 1 }],
  readMany: [["f"], { signal }],
  writeMany: [[FILE], { signal, precondition: { kind: "any" } }],
  sum: ["f", "md5", { signal }],
  move: ["f", "g", { signal }],
  remove: ["f", { signal, recursive: true }],
  mkdir: ["d", { signal, mode: 0o700 }],
  setFacts: ["f", { signal, root: "00", mtimeMs: 1, mode: 0o600 }],
  lease: ["f", { signal, ttlMs: 1 }],
  release: ["f", { signal }],
};
const STREAMS = ["list", "statMany", "readMany"];

/** Files whose one call fails, behind the log. */
function failing(name: string, error: FtError) {
  const received: unknown[][] = [];
  const events: LogEvent[] = [];
  const next = () => Promise.reject(error);
  const inner = {
    [name]: (...args: unknown[]) => {
      received.push(args);
      return STREAMS.includes(name) ? { [Symbol.asyncIterator]: () => ({ next }) } : next();
    },
  };
  const log = createLogger((event) => events.push(event), "debug");
  const audience = {
    log,
    counts: new TransferCounts(),
    by: { user: "ana", remote: "test:1", dialect: "native" },
  };
  const files = new LoggedFiles(inner as unknown as Files, audience);
  const call = async (args: readonly unknown[]) => {
    const answer = (files as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!(
      ...args,
    );
    if (STREAMS.includes(name)) await Array.fromAsync(answer as AsyncIterable<unknown>);
    else await answer;
  };
  return { call, received, events };
}

for (const [name, args] of Object.entries(CALLS)) {
  pure(`LoggedFiles.${name} forwards its arguments and its error`, async () => {
    const error = new FtError("limit", "why");
    const { call, received } = failing(name, error);
    assertEquals(await assertRejects(() => call(args)), error);
    // A listing also reports to the log what it leaves out.
    if (name === "list") {
      const { onLeftOut, ...options } = received[0]![1] as Record<string, unknown>;
      assertEquals(typeof onLeftOut, "function");
      received[0]![1] = options;
    }
    assertEquals(received, [[...args]]);
  });
}

pure("LoggedFiles logs a refusal at the level that its code deserves", async () => {
  const levels: Partial<Record<ErrorCode, string>> = {
    internal: "error",
    not_allowed: "warning",
    disk_full: "warning",
    integrity: "warning",
    not_found: "debug",
    interrupted: "debug",
    conflict: "info",
    limit: "info",
  };
  for (const [code, level] of Object.entries(levels)) {
    const { call, events } = failing("stat", new FtError(code as ErrorCode, "why"));
    await assertRejects(() => call(["f"]));
    assertEquals(events.map(({ level, fields }) => [level, fields["code"]]), [[level, code]]);
  }
});
