import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "../../lib/base/turns.ts";

Deno.test("Turns let other work run after a number of steps, whichever task takes them", async () => {
  const turns = new Turns(4);
  const done: string[] = [];
  setTimeout(() => done.push("timer"), 0);
  const task = async (name: string) => {
    for (let i = 0; i < 2; i++) {
      await turns.take(1);
      done.push(name);
    }
  };
  await Promise.all([task("a"), task("b")]);
  // The fourth step is the first after the pause.
  assertEquals([done.length, done.indexOf("timer")], [5, 3]);
});

Deno.test("Turns end a wait when its signal is aborted, and go on", async () => {
  const turns = new Turns(1);
  const first = turns.take(1);
  const reason = new Error("stop");
  const aborter = new AbortController();
  const second = turns.take(1, aborter.signal);
  aborter.abort(reason);
  assertEquals(await assertRejects(() => second), reason);
  await first;
  await turns.take(1);
});
