import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  LOGIN_BAN_MS,
  LOGIN_DELAY_MS,
  MAX_FAILED_LOGINS,
  MAX_LOGIN_DELAY_MS,
  MAX_LOGIN_SOURCES,
  MAX_LOGINS_WAITING,
} from "../../lib/base/limits.ts";
import { LoginGuard } from "../../lib/auth/login_guard.ts";

const permissions = "none";
const wrong = { slow: false, prove: () => undefined };
const right = { slow: false, prove: () => "ana" };
const slowly = { slow: true, prove: () => undefined };

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
      () => codeOf(guard.attempt("h", { slow: false, prove: () => stuck.promise })),
    );
    const more = await codeOf(guard.attempt("h", right));
    assertEquals([more.code, more.retryable, more.retryAfterMs], ["limit", true, LOGIN_DELAY_MS]);
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

Deno.test({
  name: "bruteforce-is-slowed: an attempt that waited for its turn still waits for its delay",
  permissions,
  async fn() {
    const clock = fakeClock();
    const guard = new LoginGuard(clock);
    const results = await Promise.all(
      Array.from({ length: MAX_LOGINS_WAITING }, () => codeOf(guard.attempt("h", slowly))),
    );
    assertEquals(results.map(({ code }) => code), Array(MAX_LOGINS_WAITING).fill("not_allowed"));
    assertEquals(clock.nowMs - 1e9 >= LOGIN_DELAY_MS, true, "they are not verified at once");
  },
});

Deno.test({
  name: "LoginGuard remembers known hosts in spite of a flood of failures",
  permissions,
  async fn() {
    const clock = fakeClock();
    const guard = new LoginGuard(clock);
    await codeOf(guard.attempt("known", wrong));
    await guard.attempt("known", right);
    await codeOf(guard.attempt("stranger", wrong));
    for (let i = 0; i < MAX_LOGIN_SOURCES; i++) await codeOf(guard.attempt(`h${i}`, wrong));
    clock.waits.length = 0;
    await codeOf(guard.attempt("stranger", wrong));
    await codeOf(guard.attempt("stranger", wrong));
    assertEquals(clock.waits, [LOGIN_DELAY_MS], "its first failure is forgotten");
    clock.waits.length = 0;
    await codeOf(guard.attempt("known", wrong));
    await codeOf(guard.attempt("known", wrong));
    assertEquals(clock.waits, [2 * LOGIN_DELAY_MS], "its first failure counts");
  },
});
