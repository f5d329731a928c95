import { assertEquals } from "@std/assert";
import { PendingText } from "../../../lib/cli/terminal/pending_text.ts";

function recorded() {
  const written: [string, string][] = [];
  return { written, pending: new PendingText<string>((sink, text) => written.push([sink, text])) };
}

/** Ends after a timer that was started before. */
async function nextTurn(): Promise<void> {
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("PendingText writes what is printed in one turn of the event loop at once", async () => {
  const { written, pending } = recorded();
  pending.add("out", "a");
  await Promise.resolve();
  pending.add("out", "b");
  assertEquals(written, []);
  await nextTurn();
  assertEquals(written, [["out", "ab"]]);
  pending.add("out", "c");
  await nextTurn();
  assertEquals(written, [["out", "ab"], ["out", "c"]]);
});

Deno.test("PendingText writes before another sink, and when it is flushed", () => {
  const { written, pending } = recorded();
  pending.add("out", "a");
  pending.add("err", "b");
  pending.flush();
  pending.flush();
  assertEquals(written, [["out", "a"], ["err", "b"]]);
});

Deno.test("PendingText starts no timer for what is flushed in the same turn", async () => {
  const { setTimeout } = globalThis;
  let timers = 0;
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    timers++;
    return setTimeout(...args);
  }) as typeof setTimeout;
  try {
    const { written, pending } = recorded();
    pending.add("out", "a");
    pending.flush();
    await Promise.resolve();
    assertEquals([written.length, timers], [1, 0]);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});
