/**
 * The logic of the operator's view, without a browser.
 */

import { assertEquals } from "@std/assert";
import { duration } from "../../../lib/web/page/operator/duration.ts";
import { type Found, poll } from "../../../lib/web/page/operator/poll.ts";
import { percentOf, type View } from "../../../lib/web/page/operator/view.ts";

Deno.test("duration has the two largest units, and is never shorter than it takes", () => {
  const spans = [0, 1, 1000, 1001, 59_000, 59_001, 3_599_000, 3_600_000, 9e6, 36e7, 864e6];
  assertEquals(spans.map(duration), [
    ...["0 s", "1 s", "1 s", "2 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min"],
    ...["2 h 30 min", "4 d", "10 d"],
  ]);
});

Deno.test("percentOf is at most 100, also of nothing and of more than all", () => {
  const parts = [[0, 10], [9, 1000], [999, 1000], [11, 10], [0, 0], [5, undefined]] as const;
  assertEquals(parts.map(([part, whole]) => percentOf(part, whole)), [
    ...[0, 0, 99, 100, 100, undefined],
  ]);
});

Deno.test("poll looks one time after the other while it is seen, through failures, until its end", async () => {
  const end = new AbortController();
  const calls: string[] = [];
  const view = { version: "1" } as View;
  const answers: (() => Promise<View>)[] = [
    () => Promise.resolve(view),
    () => Promise.reject(new Error("lost")),
    () => Promise.resolve(view),
  ];
  await poll({
    load() {
      calls.push("load");
      return answers.shift()!();
    },
    found(found: Found) {
      calls.push("view" in found ? "view" : String(found.error));
    },
    visible() {
      calls.push("seen");
      if (answers.length === 0) end.abort();
      return Promise.resolve();
    },
    pause: () => Promise.resolve(),
  }, end.signal);
  const good = ["seen", "load", "view"];
  assertEquals(calls, [...good, "seen", "load", "Error: lost", ...good, "seen"]);
});
