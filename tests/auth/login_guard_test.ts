import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  LOGIN_BAN_MS,
  MAX_FAILED_LOGINS,
  MAX_LOGIN_DELAY_MS,
  MAX_LOGINS_WAITING,
} from "../../lib/base/limits.ts";
import { LoginGuard } from "../../lib/auth/login_guard.ts";

const permissions = "none";
const wrong = () => Promise.resolve(undefined);
const right = () => Promise.resolve("ana");

/** A clock that advances at once when something waits for it. */
function fakeClock() {
  const clock = {
    nowMs: 1e9,
    waits: [] as number[],
    now: () => clock.nowMs,
    wait(ms: number) {
      clock.waits.push(ms);
      clock.nowMs += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

async function codeOf(work: Promise<unknown>): Promise<FtError> {
  return await assertRejects(() => work, FtError);
}

Deno.test({
  name: "bruteforce-is-slowed: each failure waits longer, then a ban follows, which ends",
  permissions,
  async fn() {
    const clock = fakeClock();
    const guard = new LoginGuard(clock);
    for (let i = 0; i < MAX_FAILED_LOGINS; i++) {
      assertEquals((await codeOf(guard.attempt("h", wrong))).code, "not_allowed");
    }
    assertEquals(clock.waits.slice(0, 6), [250, 500, 1000, 2000, 4000, 8000]);
    assert(clock.waits.every((ms) => ms <= MAX_LOGIN_DELAY_MS));
    const banned = await codeOf(guard.attempt("h", right));
    assertEquals([banned.code, banned.retryable], ["limit", false]);
    assertEquals(banned.retryAfterMs, LOGIN_BAN_MS);
    assertEquals(await guard.attempt("other", right), "ana");
    clock.nowMs += LOGIN_BAN_MS;
    assertEquals(await guard.attempt("h", right), "ana");
  },
});

Deno.test({
  name:
    "bruteforce-is-slowed: concurrent attempts take turns, and the number of waiting ones is limited",
  permissions,
  async fn() {
    const clock = fakeClock();
    const guard = new LoginGuard(clock);
    await codeOf(guard.attempt("h", wrong));
    const stuck = Promise.withResolvers<undefined>();
    const waiting = Array.from(
      { length: MAX_LOGINS_WAITING },
      () => codeOf(guard.attempt("h", () => stuck.promise)),
    );
    const more = await codeOf(guard.attempt("h", right));
    assertEquals([more.code, more.retryable], ["limit", true]);
    stuck.resolve(undefined);
    for (const one of waiting) assertEquals((await one).code, "not_allowed");
  },
});

Deno.test({
  name: "LoginGuard: a successful login does not reset the failures",
  permissions,
  async fn() {
    const clock = fakeClock();
    const guard = new LoginGuard(clock);
    for (let i = 1; i < MAX_FAILED_LOGINS; i++) {
      await codeOf(guard.attempt("h", wrong));
      await guard.attempt("h", right);
    }
    await codeOf(guard.attempt("h", wrong));
    assertEquals((await codeOf(guard.attempt("h", right))).code, "limit");
  },
});
