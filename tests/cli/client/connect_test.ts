import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { RetryAttempt } from "../../../lib/base/retry.ts";
import { opener, withRetries } from "../../../lib/cli/client/connect.ts";
import { DialError } from "../../../lib/net/dial_error.ts";
import { fakeContext } from "../../../testing/cli/fake_context.ts";
import { fakeRemote } from "../../../testing/fake_remote.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

/** A connection that fails so often, with retries; the attempts made; and the retries reported. */
function failing(times: number, error: FtError, retries: number, signal?: AbortSignal) {
  const reports: RetryAttempt[] = [];
  const made = { attempts: 0 };
  const remote = fakeRemote();
  const connect = withRetries(
    () => {
      if (++made.attempts > 50) return Promise.reject(new Error("endless"));
      return made.attempts <= times ? Promise.reject(error) : Promise.resolve(remote);
    },
    { retries, signal, random: () => 0, onRetry: (attempt) => reports.push(attempt) },
  );
  return { connect, made, reports, remote };
}

pure("withRetries connects again after any retryable error, and reports each wait", async () => {
  using time = new FakeTime();
  const error = new FtError("conflict", "busy", { retryable: true });
  const { connect, reports, remote } = failing(2, error, 2);
  const startMs = Date.now();
  const connecting = connect();
  await time.run();
  assertStrictEquals(await connecting, remote);
  assertEquals(reports, [
    { attempt: 1, of: 2, atMs: startMs + 1000, error },
    { attempt: 2, of: 2, atMs: startMs + 3000, error },
  ]);
});

pure("withRetries counts and caps waits that a server names, for each call alone", async () => {
  using time = new FakeTime();
  const error = new FtError("limit", "busy", { retryable: true, retryAfterMs: 2 ** 33 });
  const { connect, made } = failing(Infinity, error, 2);
  for (const attempts of [3, 6]) {
    const startMs = Date.now();
    const connecting = connect();
    connecting.catch(() => {});
    await time.run();
    await assertRejects(() => connecting, FtError, "busy");
    assertEquals([made.attempts, Date.now() - startMs], [attempts, 2 * 35_200]);
  }
});

pure("withRetries with 0 retries, and after an error that retries cannot help, ends", async () => {
  for (const [code, retries] of [["network", 0], ["protocol", 6]] as const) {
    const { connect, made } = failing(Infinity, new FtError(code, "failed"), retries);
    await assertRejects(connect, FtError, "failed");
    assertEquals(made.attempts, 1);
  }
});

pure(
  "withRetries waits once for a server that does not listen, never for an unknown one",
  async () => {
    using time = new FakeTime();
    for (const [failure, of] of [["refused", 1], ["no_address", 0], ["unreachable", 0]] as const) {
      const error = new DialError(failure, "h", 1, undefined);
      const { connect, made, reports } = failing(Infinity, error, 6);
      const connecting = connect();
      connecting.catch(() => {});
      await time.run();
      await assertRejects(() => connecting, DialError);
      assertEquals([made.attempts, reports.map((report) => report.of)], [1 + of, of ? [of] : []]);
    }
  },
);

pure("withRetries stops waiting when the signal ends", async () => {
  using time = new FakeTime();
  const stop = new AbortController();
  const { connect, made } = failing(1, new FtError("network", "lost"), 6, stop.signal);
  const connecting = connect();
  connecting.catch(() => {});
  await time.settle();
  stop.abort(new FtError("interrupted", "by hand"));
  await assertRejects(() => connecting, FtError, "by hand");
  assertEquals(made.attempts, 1);
});

pure("opener refuses a missing or invalid host before it connects", async () => {
  for (const [typed, message] of [[["ls"], "no host"], [["ls", "-H", "a b"], "a b"]] as const) {
    const { values, signal, readEnv, identity } = fakeContext(typed);
    const opening = () => opener(values, { signal, readEnv, identity, notice() {} });
    assertEquals((await assertRejects(opening, FtError, message)).code, "usage");
  }
});
