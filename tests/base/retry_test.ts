import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { backoffMs, Retry, type RetryOptions } from "../../lib/base/retry.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { pure } from "../../testing/pure.ts";

const LOST = new FtError("network", "lost");
/** Attempts after which a test fails instead of running forever. */
const ENDLESS = 50;

/** A retry without jitter, and the waits it reports. */
function retryOf(options: Partial<RetryOptions>) {
  const waits: number[] = [];
  const retry = new Retry({
    retries: 6,
    random: () => 0,
    onRetry: ({ atMs }) => waits.push(atMs - Date.now()),
    ...options,
  });
  return { retry, waits };
}

/** Runs work under fake time. @returns The attempts made, and what the last one threw. */
async function attempts(retry: Retry, error: unknown): Promise<{ tries: number; last: FtError }> {
  using time = new FakeTime();
  let tries = 0;
  const running = retry.run(() => {
    return Promise.reject(++tries > ENDLESS ? new Error("endless") : error);
  });
  running.catch(() => {});
  await time.run();
  return { tries, last: await assertRejects(() => running, FtError) };
}

pure("backoffMs doubles from one second to its cap, and adds up to a tenth", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 5000].map((attempt) => backoffMs(attempt, () => 0));
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
  assertEquals([backoffMs(1, () => 1), backoffMs(99, () => 1)], [1100, 35_200]);
});

pure("Retry waits 1, 2, 4, 8, 16, 32 seconds, then fails with the last error", async () => {
  const { retry, waits } = retryOf({});
  const { tries, last } = await attempts(retry, LOST);
  assertEquals(tries, 7);
  assertStrictEquals(last, LOST);
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 32_000]);
});

pure("Retry reports each attempt before its wait: number, total, time and error", async () => {
  using time = new FakeTime();
  const reports: unknown[] = [];
  const { retry } = retryOf({ retries: 2, onRetry: (attempt) => reports.push(attempt) });
  const atMs = Date.now() + 1000;
  const waiting = retry.wait(LOST);
  assertEquals(reports, [{ attempt: 1, of: 2, atMs, error: LOST }]);
  await time.run();
  await waiting;
});

pure("Retry with no retries is one attempt", async () => {
  const { retry, waits } = retryOf({ retries: 0 });
  assertEquals((await attempts(retry, LOST)).tries, 1);
  assertEquals(waits, []);
});

pure("Retry fails at once on an error that is not retryable, or not an FtError", async () => {
  const { retry } = retryOf({});
  for (const [error, code] of [[new FtError("protocol", "x"), "protocol"], [Error(), "internal"]]) {
    const { tries, last } = await attempts(retry, error);
    assertEquals([tries, last.code], [1, code]);
  }
});

pure("Retry asks `worthwhile` instead of the error, when it is given", async () => {
  const { retry } = retryOf({ retries: 1, worthwhile: ({ code }) => code === "conflict" });
  assertEquals(retry.allows(new FtError("conflict", "busy")), true);
  assertEquals((await attempts(retry, LOST)).tries, 1);
  assertEquals((await attempts(retry, new FtError("conflict", "busy"))).tries, 2);
});

pure("retry-count-with-retry-after: waits that a server names are counted and capped", async () => {
  for (
    const [asked, waited] of [
      ...[[5000, 5000], [2 ** 33, 35_200], [Infinity, 35_200]],
      // A server cannot ask for less than the backoff.
      ...[[0, 1000], [-5, 1000], [NaN, 1000]],
    ]
  ) {
    const { retry, waits } = retryOf({ retries: 1 });
    const busy = new FtError("limit", "busy", { retryable: true, retryAfterMs: asked! });
    assertEquals((await attempts(retry, busy)).tries, 2);
    assertEquals(waits, [waited], String(asked));
  }
});

pure("Retry counts from 1 again after progress", async () => {
  using time = new FakeTime();
  const { retry, waits } = retryOf({ retries: 2 });
  for (let n = 0; n < 5; n++) {
    const waiting = retry.wait(LOST);
    await time.run();
    await waiting;
    if (n % 2 === 1) retry.progressed();
  }
  assertEquals(waits, [1000, 2000, 1000, 2000, 1000]);
});

pure("Retry.wait reports no attempt once its signal is aborted", async () => {
  const signal = AbortSignal.abort(new FtError("interrupted", "by hand"));
  const { retry, waits } = retryOf({ signal });
  await assertRejects(() => retry.wait(LOST), FtError, "by hand");
  assertEquals(waits, []);
});

pure("Retry ends with the signal's reason, in a wait and before an attempt", async () => {
  using time = new FakeTime();
  const stop = new AbortController();
  const { retry } = retryOf({ signal: stop.signal });
  const running = retry.run(() => Promise.reject(LOST));
  running.catch(() => {});
  await time.settle();
  stop.abort(new FtError("interrupted", "by hand"));
  await assertRejects(() => running, FtError, "by hand");
  let tries = 0;
  await assertRejects(() => retry.run(() => Promise.resolve(tries++)), FtError, "by hand");
  assertEquals(tries, 0);
});
