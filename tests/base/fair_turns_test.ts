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

/** Turns of the event loop while 20 turns are taken. */
async function turnsOfOthers(turns: FairTurns): Promise<number> {
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
  return others;
}

pure("FairTurns lets the event loop run after as many turns", async () => {
  assertEquals(await turnsOfOthers(new FairTurns(2)) >= 8, true);
  assertEquals(await turnsOfOthers(new FairTurns(2, { inARow: 10 })) <= 4, true);
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

pure("FairTurns keeps a share free of one key, and grants it to others at once", async () => {
  const turns = new FairTurns(3, { share: 2 });
  const greedy = [await turns.take("a"), await turns.take("a")];
  let third: Disposable | undefined;
  const waiting = turns.take("a").then((turn) => third = turn);
  const other = await turns.take("b");
  assertEquals(third, undefined);
  const next = turns.take("b");
  greedy[0]![Symbol.dispose]();
  // The key that has waited longest comes first, now that it is within its share again.
  await waiting;
  other[Symbol.dispose]();
  (await next)[Symbol.dispose]();
  greedy[1]![Symbol.dispose]();
  third![Symbol.dispose]();
  assertEquals(await served(turns, "ab"), "ab");
});
