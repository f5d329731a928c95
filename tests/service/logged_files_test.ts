import { assertEquals } from "@std/assert";
import { ACTIONS, anonymousPermission, uniformPermission } from "../../lib/auth/permission.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import type { FileEvent, FileOperation } from "../../lib/service/file_event.ts";
import { LoggedFiles } from "../../lib/service/logged_files.ts";
import { TransferCounts } from "../../lib/service/transfer_counts.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { pure } from "../../testing/pure.ts";
import { blockOf, content, get, put, refuses, text, totalOf } from "../conformance/content.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A logged service and what it reports. */
async function logged(files: Record<string, Uint8Array> = {}, access: "read" | "all" = "all") {
  const service = await memoryService({ content: files });
  const events: LogEvent[] = [];
  const observed: FileEvent[] = [];
  const counts = new TransferCounts();
  const permission = access === "all" ? uniformPermission(ACTIONS) : anonymousPermission("read");
  return {
    files: new LoggedFiles(service.files("one", permission), {
      ...{ log: createLogger((event) => events.push(event), "debug"), counts },
      by: { user: "ana", remote: "test:1", dialect: "native" },
      observe: (event) => observed.push(event),
    }),
    ...{ observed, counts },
    /** Takes the events so far, without the fields that depend on time. */
    log: (): Fields[] =>
      events.splice(0).map(({ level, event, fields: { seconds: _, rate: __, ...fields } }) => ({
        ...{ level, event },
        ...fields,
      })),
    [Symbol.dispose]: () => service[Symbol.dispose](),
  };
}

pure("LoggedFiles logs an upload from its start to its end, and counts it", async () => {
  using at = await logged();
  const bytes = content(2 * BLOCK_BYTES);
  const { root } = await put(at.files, "d/f", bytes);
  const about = { level: "info", transfer: 1, op: "put", name: "d/f" };
  assertEquals(at.log(), [
    { ...about, event: "transfer.start", bytes: bytes.length },
    { ...about, event: "transfer.progress", percent: 50, done: BLOCK_BYTES, bytes: bytes.length },
    { ...about, event: "transfer.progress", percent: 100, done: bytes.length, bytes: bytes.length },
    {
      ...about,
      event: "transfer.end",
      bytes: bytes.length,
      root,
      moved: bytes.length,
      result: "done",
    },
  ]);
  assertEquals(at.observed, [
    { op: "put", name: storePath("d/f"), bytes: bytes.length, root, result: "done" },
  ]);
  const { running, done, failed, bytes: moved } = at.counts;
  assertEquals({ running, done, failed, moved }, {
    running: { get: 0, put: 0 },
    done: { get: 0, put: 1 },
    failed: { get: 0, put: 0 },
    moved: { get: 0, put: bytes.length },
  });
});

pure("LoggedFiles logs a download with its root if all of it was read", async () => {
  const bytes = content(2 * BLOCK_BYTES + 1);
  using at = await logged({ f: bytes });
  await get(at.files, "f");
  const about = { level: "info", transfer: 1, op: "get", name: "f" };
  assertEquals(at.log().filter(({ event }) => event !== "transfer.progress"), [
    { ...about, event: "transfer.start", bytes: bytes.length },
    {
      ...about,
      event: "transfer.end",
      bytes: bytes.length,
      root: totalOf(bytes).root,
      ...{ moved: bytes.length, result: "done" },
    },
  ]);
  {
    await using reading = await at.files.read("f", [{ start: 1, end: 3 }]);
    for await (using _block of reading.blocks);
  }
  const part = { ...about, transfer: 2 };
  const size = { bytes: BLOCK_BYTES + 1 };
  assertEquals(at.log(), [
    { ...part, event: "transfer.start", ...size },
    { ...part, event: "transfer.progress", percent: 90, done: BLOCK_BYTES, ...size },
    { ...part, event: "transfer.progress", percent: 100, done: BLOCK_BYTES + 1, ...size },
    {
      ...part,
      event: "transfer.end",
      bytes: bytes.length,
      ...{ root: undefined, moved: BLOCK_BYTES + 1, result: "done" },
    },
  ]);
  assertEquals([at.counts.done.get, at.counts.running.get], [2, 0]);
});

pure("LoggedFiles counts kept blocks as progress, not as transferred", async () => {
  const old = content(BLOCK_BYTES + 5);
  using at = await logged({ f: old });
  const options = { bytes: old.length, precondition: { kind: "any" } } as const;
  await using upload = await at.files.stage("f", options);
  for await (const { index, digest } of upload.have()) await upload.keep({ index, digest });
  await upload.commit(totalOf(old));
  const ends = at.log().map((
    { event, ...fields },
  ) => [event, "done" in fields && fields.done, "moved" in fields && fields.moved]);
  assertEquals(ends, [
    ["transfer.start", false, false],
    ["transfer.progress", BLOCK_BYTES, false],
    ["transfer.progress", old.length, false],
    ["transfer.end", false, 0],
  ]);
});

pure("LoggedFiles logs why a transfer ended early", async () => {
  const bytes = content(2 * BLOCK_BYTES);
  using at = await logged({ f: bytes });
  const ends = () =>
    at.log().filter(({ event }) => event === "transfer.end")
      .map(({ level, result, message }) => [level, result, message]);
  const gone = new AbortController();
  {
    await using _left = await at.files.read("f");
    await using _disposed = await at.files.stage("g");
    await using abandoned = await at.files.stage("h");
    await abandoned.abandon();
    await using refused = await at.files.stage("i");
    await refused.write(blockOf(bytes, 0));
    await refuses("integrity", () => refused.commit(totalOf(bytes)));
    await using _lost = await at.files.stage("j", { signal: gone.signal });
    gone.abort(new Error("the peer is gone"));
  }
  assertEquals(ends(), [
    ["info", "interrupted", "abandoned by the client"],
    ["warning", "integrity", "content of i does not match its root"],
    ["warning", "internal", "the peer is gone"],
    ["info", "interrupted", "stopped by the peer"],
    ["info", "interrupted", "stopped by the peer"],
  ]);
  assertEquals([at.counts.failed, at.counts.running], [{ get: 1, put: 4 }, { get: 0, put: 0 }]);
});

pure("LoggedFiles logs a small file of a batch in one line", async () => {
  using at = await logged({ a: text("one"), b: text("two") });
  await Array.fromAsync(at.files.readMany(["a", "absent"]));
  const small = { digest: "", mtimeMs: 0, executable: false };
  await at.files.writeMany([{ path: "b", bytes: text("new"), ...small }, {
    path: "c",
    bytes: text("four"),
    ...small,
  }]);
  assertEquals(at.log(), [
    {
      level: "info",
      event: "transfer.end",
      transfer: 1,
      op: "get",
      name: "a",
      bytes: 3,
      moved: 3,
      result: "done",
    },
    {
      level: "debug",
      event: "request.refused",
      op: "get",
      name: "absent",
      code: "not_found",
      message: "not found: absent",
    },
    {
      level: "info",
      event: "request.refused",
      op: "put",
      name: "b",
      code: "conflict",
      message: "exists: b",
    },
    {
      level: "info",
      event: "transfer.end",
      transfer: 4,
      op: "put",
      name: "c",
      bytes: 4,
      moved: 4,
      result: "done",
    },
  ]);
  const { done, failed, bytes, refusals } = at.counts;
  assertEquals({ done, failed, bytes, refusals }, {
    ...{ done: { get: 1, put: 1 }, failed: { get: 1, put: 1 }, bytes: { get: 3, put: 4 } },
    refusals: new Map([["not_found", 1], ["conflict", 1]]),
  });
  assertEquals(at.observed.map(({ op, name, result }) => [op, name, result]), [
    ["get", "a", "done"],
    ["get", "absent", "not_found"],
    ["put", "b", "conflict"],
    ["put", "c", "done"],
  ]);
});

pure("LoggedFiles logs changes, and refusals of every call with their severity", async () => {
  using at = await logged({ f: text("f") });
  await at.files.mkdir("d");
  await at.files.move("f", "d/f");
  await at.files.remove("d", { recursive: true });
  assertEquals(at.log(), [
    { level: "info", event: "folder.made", name: "d" },
    { level: "info", event: "file.moved", name: "f", to: "d/f" },
    { level: "info", event: "file.removed", name: "d", recursive: true },
  ]);
  assertEquals(at.observed, [
    { op: "mkdir", name: storePath("d"), result: "done" },
    { op: "move", name: storePath("f"), to: storePath("d/f"), result: "done" },
    { op: "remove", name: storePath("d"), result: "done" },
  ]);
  const calls: [FileOperation, () => Promise<unknown>][] = [
    ["stat", () => at.files.stat("no")],
    ["list", () => Array.fromAsync(at.files.list("no"))],
    ["get", () => at.files.manifest("no")],
    ["get", () => at.files.read("no")],
    ["sum", () => at.files.sum("no", "md5")],
    ["move", () => at.files.move("no", "d/f")],
    ["remove", () => at.files.remove("no")],
  ];
  for (const [op, call] of calls) {
    await refuses("not_found", call);
    const logged = at.log().map((
      { level, event, ...fields },
    ) => [level, event, "op" in fields && fields.op]);
    assertEquals(logged, [["debug", "request.refused", op]]);
    assertEquals(at.observed.at(-1), { op, name: "no", result: "not_found" });
  }
  assertEquals(at.counts.refusals.get("not_found"), calls.length);
});

pure("LoggedFiles warns of refused permissions", async () => {
  using at = await logged({ f: text("f") }, "read");
  const calls: [FileOperation, () => Promise<unknown>][] = [
    ["put", () => at.files.stage("g")],
    ["mkdir", () => at.files.mkdir("d")],
    ["lock", () => at.files.lease("f", { ttlMs: 1000 })],
    ["unlock", () => at.files.release("f")],
  ];
  for (const [op, call] of calls) {
    await refuses("not_allowed", call);
    assertEquals(at.log().map(({ level, op }) => [level, op]), [["warning", op]]);
  }
});
