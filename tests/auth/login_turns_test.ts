import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { LOGIN_WAIT_MS, MAX_PASSWORDS_VERIFYING } from "../../lib/base/limits.ts";
import { type LoginHost, LoginTurns } from "../../lib/auth/login_turns.ts";
import { FakeTime } from "../../testing/fake_time.ts";

const permissions = "none";

interface Host extends LoginHost {
  known: boolean;
  failures: number;
}

function host(facts: Partial<Host> = {}): Host {
  return { known: false, failures: 0, verifying: 0, waitingSinceMs: undefined, ...facts };
}

/** Turns whose every wait begins later than the one before, all of them taken by others. */
async function busyTurns() {
  let nowMs = 0;
  const turns = new LoginTurns(() => nowMs++);
  const taken: Disposable[] = [];
  for (let i = 0; i < MAX_PASSWORDS_VERIFYING; i++) taken.push(await turns.take(host()));
  return { turns, taken };
}

/** Lets everyone have a turn, and returns the order. */
async function orderOf(
  { turns, taken }: Awaited<ReturnType<typeof busyTurns>>,
  waiting: readonly (readonly [string, Host])[],
): Promise<string> {
  const order: string[] = [];
  const all = waiting.map(async ([name, host]) => {
    using _turn = await turns.take(host);
    order.push(name);
  });
  taken[0]![Symbol.dispose]();
  await Promise.all(all);
  return order.join(" ");
}

Deno.test({
  name: "login-queue-starved: every host gets a turn before any gets its second",
  permissions,
  async fn() {
    const [a, b] = [host(), host()];
    const busy = await busyTurns();
    // A turn that ends without success is a failure, which the guard counts.
    const order: string[] = [];
    const guess = async (name: string, from: Host) => {
      using _turn = await busy.turns.take(from);
      order.push(name);
      from.failures++;
    };
    const all = [guess("a1", a), guess("a2", a), guess("a3", a), guess("b1", b), guess("b2", b)];
    busy.taken[0]![Symbol.dispose]();
    await Promise.all(all);
    assertEquals(order.join(" "), "a1 b1 a2 b2 a3");
  },
});

Deno.test({
  name: "login-queue-starved: hosts with fewer failures come first",
  permissions,
  async fn() {
    const waiting = [["two", host({ failures: 2 })], ["one", host({ failures: 1 })]] as const;
    assertEquals(await orderOf(await busyTurns(), [...waiting, ["new", host()]]), "new one two");
  },
});

Deno.test({
  name: "login-queue-starved: known hosts get every other turn while others wait, else all",
  permissions,
  async fn() {
    const [known, other] = [host({ known: true }), host()];
    const waiting = [["o", other], ["o", other], ["k", known], ["k", known], ["k", known]] as const;
    assertEquals(await orderOf(await busyTurns(), waiting), "k o k o k");
  },
});

Deno.test({
  name: "login-queue-starved: a wait is bounded, its refusal has a time, and it keeps its place",
  permissions,
  async fn() {
    using time = new FakeTime();
    const turns = new LoginTurns();
    const taken: Disposable[] = [];
    for (let i = 0; i < MAX_PASSWORDS_VERIFYING; i++) taken.push(await turns.take(host()));
    const early = host();
    const refused = assertRejects(() => turns.take(early), FtError, "too many logins");
    await time.advance(LOGIN_WAIT_MS);
    const { code, retryable, retryAfterMs = 0 } = await refused;
    assertEquals([code, retryable], ["limit", true]);
    assert(retryAfterMs >= 1000, `${retryAfterMs} ms`);
    const late = host();
    const order: string[] = [];
    const all = ([["late", late], ["early", early]] as const).map(async ([name, from]) => {
      using _turn = await turns.take(from);
      order.push(name);
    });
    taken[0]![Symbol.dispose]();
    await Promise.all(all);
    assertEquals(order, ["early", "late"]);
  },
});

Deno.test({
  name: "LoginTurns: a client that has disconnected leaves the queue",
  permissions,
  async fn() {
    const busy = await busyTurns();
    const gone = new AbortController();
    const waiting = busy.turns.take(host(), gone.signal);
    gone.abort(new FtError("network", "gone"));
    await assertRejects(() => waiting, FtError, "gone");
    await assertRejects(() => busy.turns.take(host(), gone.signal), FtError, "gone");
    assertEquals(await orderOf(busy, [["next", host()]]), "next");
  },
});
