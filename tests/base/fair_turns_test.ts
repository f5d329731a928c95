import { assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { FairTurns } from "../../lib/base/fair_turns.ts";
import { pure } from "../../testing/pure.ts";

/** Takes turns for keys one after the other. @returns The keys in the order of their turns. */
async function served(turns: FairTurns, keys: string): Promise<string> {
  let order = "";
  await Promise.all(
    [...keys].map(async (key) => {
      using _turn = await turns.take(key);
      order += key;
      await setImmediate();
    }),
  );
  return order;
}

pure("FairTurns serves keys round-robin, however many turns one of them waits for", async () => {
  assertEquals(await served(new FairTurns(1), "aaaaabbc"), "aabcabaa");
  assertEquals(await served(new FairTurns(2), "aaaaabbc"), "aaabcaba");
});

pure("FairTurns lets the event loop run after as many turns", async () => {
  const turns = new FairTurns(2);
  let others = 0;
  let over = false;
  const other = (async () => {
    for (; !over; others++) await setImmediate();
  })();
  for (let i = 0; i < 20; i++) {
    using _turn = await turns.take("a");
  }
  over = true;
  await other;
  assertEquals(others >= 8, true);
});

pure("FairTurns skips a waiter that is aborted, and disposing twice frees one turn", async () => {
  const turns = new FairTurns(1);
  const first = await turns.take("a");
  const stop = new AbortController();
  const aborted = turns.take("b", stop.signal);
  const waiting = turns.take("b");
  stop.abort(new Error("stopped"));
  await assertRejects(() => aborted, Error, "stopped");
  await assertRejects(() => turns.take("c", stop.signal), Error, "stopped");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using _second = await waiting;
  const third = turns.take("a");
  await setImmediate();
  assertEquals(await Promise.race([third.then(() => "granted"), setImmediate("waits")]), "waits");
  _second[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});
