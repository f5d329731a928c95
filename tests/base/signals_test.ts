import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  anySignal,
  delay,
  MAX_DELAY_MS,
  raceSignal,
  startDeadline,
} from "../../lib/base/signals.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { pure } from "../../testing/pure.ts";

pure("anySignal aborts with the first of its signals, and returns a single one itself", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  assertStrictEquals(anySignal(undefined, a.signal), a.signal);
  const either = anySignal(a.signal, undefined, b.signal);
  b.abort("b");
  assertEquals(either.reason, "b");
});

pure("delay ends early with the signal's reason, and leaves no timer behind", async () => {
  await assertRejects(() => delay(60_000, AbortSignal.abort(new Error("no"))), Error, "no");
  const gaveUp = new AbortController();
  const waiting = delay(60_000, gaveUp.signal);
  gaveUp.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await delay(0, new AbortController().signal);
});

pure("delay refuses a time that no timer can hold", async () => {
  for (const ms of [MAX_DELAY_MS + 1, 2 ** 33, Infinity, NaN, -1]) {
    assertEquals((await assertRejects(() => delay(ms), FtError)).code, "internal");
  }
  using time = new FakeTime();
  const startMs = Date.now();
  const waiting = delay(MAX_DELAY_MS);
  await time.run();
  await waiting;
  assertEquals(Date.now() - startMs, MAX_DELAY_MS);
});

pure("raceSignal settles as the promise or with the signal, whichever is first", async () => {
  const live = new AbortController();
  assertEquals(await raceSignal(Promise.resolve(1), live.signal), 1);
  assertEquals(await raceSignal(Promise.resolve(1), undefined), 1);
  await assertRejects(
    () => raceSignal(Promise.reject(new Error("own")), live.signal),
    Error,
    "own",
  );
  const late = Promise.withResolvers<void>();
  const raced = raceSignal(late.promise, live.signal);
  live.abort(new Error("signal"));
  await assertRejects(() => raced, Error, "signal");
  // A rejection after the signal is ignored.
  late.reject(new Error("late"));
  await assertRejects(
    () => raceSignal(Promise.reject(new Error("x")), live.signal),
    Error,
    "signal",
  );
});

pure("raceSignal leaves no listener on a signal that lives on", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  await raceSignal(Promise.resolve(1), signal);
  await assertRejects(() => raceSignal(Promise.reject(new Error("own")), signal), Error, "own");
  await delay(0);
  assertEquals(listeners, 0);
});

pure("startDeadline aborts its signal with the reason, also after it was extended", async () => {
  using deadline = startDeadline(1, () => new Error("too late"));
  const passed = Promise.withResolvers<void>();
  deadline.signal.addEventListener("abort", () => passed.resolve());
  deadline.extend();
  await passed.promise;
  assertEquals(deadline.signal.reason.message, "too late");
});

pure("startDeadline disposed never passes", async () => {
  const deadline = startDeadline(1, () => new Error("too late"));
  deadline[Symbol.dispose]();
  await delay(2);
  assertEquals(deadline.signal.aborted, false);
});
