import { assertEquals, assertRejects } from "@std/assert";
import { SharedWork, type Work } from "../../lib/base/shared_work.ts";
import { pure } from "../../testing/pure.ts";

/** Work that lasts until a gate opens. */
function gated() {
  const gate = Promise.withResolvers<number>();
  const runs: { signal: AbortSignal; forWhom: () => string }[] = [];
  const work: Work<number> = (signal, forWhom) => {
    runs.push({ signal, forWhom });
    return gate.promise;
  };
  return { ...gate, runs, work };
}

pure("SharedWork runs a task once for all its callers, and again for later ones", async () => {
  const shared = new SharedWork<number>();
  const { runs, work, resolve } = gated();
  const results = ["ana", "bo", "cy"].map((key) => shared.run("task", key, work));
  const other = shared.run("other", "ana", work);
  assertEquals([runs.length, shared.size], [2, 2]);
  resolve(7);
  assertEquals(await Promise.all([...results, other]), [7, 7, 7, 7]);
  assertEquals(shared.size, 0);
  assertEquals(await shared.run("task", "ana", work), 7);
  assertEquals(runs.length, 3);
});

pure("SharedWork stops a task when its last caller leaves", async () => {
  const shared = new SharedWork<number>();
  const { runs, work } = gated();
  const stops = [new AbortController(), new AbortController()];
  const [ana, bo] = ["ana", "bo"].map((key, i) => shared.run("task", key, work, stops[i]!.signal));
  assertEquals(runs[0]!.forWhom(), "ana");
  stops[0]!.abort(new Error("ana left"));
  await assertRejects(() => ana!, Error, "ana left");
  assertEquals([runs[0]!.signal.aborted, runs[0]!.forWhom()], [false, "bo"]);
  stops[1]!.abort(new Error("bo left"));
  await assertRejects(() => bo!, Error, "bo left");
  assertEquals([runs[0]!.signal.aborted, shared.size], [true, 0]);
  void shared.run("task", "ana", work);
  assertEquals(runs.length, 2);
});

pure("SharedWork rejects for every caller when the work fails", async () => {
  const shared = new SharedWork<number>();
  const { runs, work, reject } = gated();
  const results = [1, 2].map(() => shared.run("task", "ana", work));
  reject(new Error("broken"));
  for (const result of results) await assertRejects(() => result, Error, "broken");
  assertEquals([runs.length, shared.size], [1, 0]);
});
