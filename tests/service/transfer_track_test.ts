/**
 * The log and the counts of a transfer.
 */

import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import type { FileEvent } from "../../lib/service/file_event.ts";
import { TransferCounts } from "../../lib/service/transfer_counts.ts";
import { pace, TransferTrack } from "../../lib/service/transfer_track.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { pure } from "../../testing/pure.ts";

function track(op: "get" | "put", bytes: number | undefined = 100) {
  const events: LogEvent[] = [];
  const observed: FileEvent[] = [];
  const counts = new TransferCounts();
  const log = createLogger((event) => events.push(event));
  const transfer = new TransferTrack({ op, name: storePath("f"), bytes }, {
    log,
    counts,
    by: { user: "ana", remote: "test:1", dialect: "native" },
    observe: (event) => observed.push(event),
  });
  return { transfer, events, observed, counts };
}

const named = (events: readonly LogEvent[], name: string) =>
  events.filter(({ event }) => event === name);

pure("TransferTrack logs start, tenths and end with number, direction and name", () => {
  const { transfer, events, counts, observed } = track("put");
  assertEquals(counts.running, { get: 0, put: 1 });
  transfer.moved(25);
  transfer.kept(30);
  transfer.moved(1);
  transfer.done({ bytes: 100, root: "r" });
  assertEquals(events.map(({ event, level }) => [event, level]), [
    ["transfer.start", "info"],
    ["transfer.progress", "info"],
    ["transfer.progress", "info"],
    ["transfer.end", "info"],
  ]);
  for (const { fields } of events) {
    assertEquals([fields.transfer, fields.op, fields.name], [1, "put", "f"]);
  }
  const progress = named(events, "transfer.progress");
  assertEquals(progress.map(({ fields: { percent, done, bytes } }) => [percent, done, bytes]), [
    [20, 25, 100],
    [50, 55, 100],
  ]);
  const [end] = named(events, "transfer.end");
  const { bytes, root, moved, result } = end!.fields;
  assertEquals([bytes, root, moved, result], [100, "r", 26, "done"]);
  assertEquals([counts.running.put, counts.done.put, counts.bytes.put], [0, 1, 26]);
  assertEquals(observed, [{
    op: "put",
    name: storePath("f"),
    bytes: 100,
    root: "r",
    result: "done",
  }]);
});

pure("TransferTrack counts and reports only the first end", () => {
  const { transfer, events, counts, observed } = track("get");
  transfer.done({ bytes: 100, root: undefined });
  transfer.done({ bytes: 100, root: undefined });
  transfer.failed(new FtError("network", "lost"));
  assertEquals(named(events, "transfer.end").length, 1);
  assertEquals([counts.running.get, counts.done.get, counts.failed.get], [0, 1, 0]);
  assertEquals(observed.map(({ op, result }) => [op, result]), [["get", "done"]]);
});

pure("TransferTrack logs a failure as a warning, but a lost peer as information", () => {
  const levels = { interrupted: "info", network: "info", integrity: "warning" } as const;
  for (const [code, level] of Object.entries(levels)) {
    const { transfer, events, counts, observed } = track("put", undefined);
    transfer.moved(7);
    transfer.failed(new FtError(code as keyof typeof levels, "why"));
    transfer.done({ bytes: 100, root: "r" });
    const [end, ...more] = named(events, "transfer.end");
    assertEquals(more, []);
    const { done, moved, result, message } = end!.fields;
    assertEquals([end!.level, done, moved, result, message], [level, 7, 7, code, "why"]);
    assertEquals([counts.running.put, counts.done.put, counts.failed.put], [0, 0, 1]);
    assertEquals(observed.map(({ op, result }) => [op, result]), [["put", code]]);
  }
});

pure("TransferCounts numbers transfers from 1, and counts refusals by code", () => {
  const counts = new TransferCounts();
  assertEquals([counts.next(), counts.next()], [1, 2]);
  for (const code of ["limit", "conflict", "limit"]) counts.refused(code);
  assertEquals([...counts.refusals], [["limit", 2], ["conflict", 1]]);
});

pure("pace is in seconds and bytes per second, even for no time at all", () => {
  assertEquals(pace(1000, 500), { moved: 1000, seconds: 0.5, rate: 2000 });
  assertEquals(pace(1, 1234.5678), { moved: 1, seconds: 1.235, rate: 1 });
  assertEquals(pace(0, 0), { moved: 0, seconds: 0, rate: 0 });
});
