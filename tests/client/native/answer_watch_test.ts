import { assertEquals } from "@std/assert";
import { WORK_ANSWER_TIMEOUT_MS } from "../../../lib/base/limits.ts";
import { answerTimeoutMs, AnswerWatch } from "../../../lib/client/native/answer_watch.ts";
import type { Request } from "../../../lib/native/schemas.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

const TIMEOUT_MS = 1000;

/** A watch on a connection whose clocks a test sets. */
function watched() {
  const connection = { lastReadMs: 0 };
  const channel = { answeredMs: 0, consumesSlowly: false };
  const state = { waitMs: 3 * TIMEOUT_MS, listening: false, pings: 0, lost: 0 };
  const watch = new AnswerWatch({
    ...{ connection, channel },
    waitMs: () => state.waitMs,
    isListening: () => state.listening,
    ping: () => void state.pings++,
    lost: (ms) => void (state.lost = ms),
  }, TIMEOUT_MS);
  const nowMs = () => performance.now();
  return {
    ...{ connection, channel, state },
    /** Any byte arrives. */
    hear: () => void (connection.lastReadMs = nowMs()),
    pong: () => (connection.lastReadMs = nowMs(), watch.ponged()),
    answer: () => (connection.lastReadMs = channel.answeredMs = nowMs()),
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

/** Lets time pass in steps, each of which begins with an event. */
async function pass(time: FakeTime, ms: number, each: () => void): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    each();
    await time.advance(100);
  }
}

pure("AnswerWatch pings a silent server at half of the timeout, then gives up", async () => {
  using time = new FakeTime();
  using at = watched();
  await time.advance(400);
  assertEquals([at.state.pings, at.state.lost], [0, 0]);
  await time.advance(300);
  assertEquals([at.state.pings > 0, at.state.lost], [true, 0]);
  await time.advance(400);
  assertEquals(at.state.lost, 1000);
});

pure("AnswerWatch counts bytes of an answer, and no others", async () => {
  using time = new FakeTime();
  using at = watched();
  await pass(time, 4000, at.answer);
  assertEquals(at.state.lost, 0);
  await pass(time, 1200, at.hear);
  assertEquals(at.state.lost, 1000);
});

pure("AnswerWatch waits longer for a server that answers pings, but not for ever", async () => {
  using time = new FakeTime();
  using at = watched();
  await pass(time, 2900, at.pong);
  assertEquals(at.state.lost, 0);
  await pass(time, 300, at.pong);
  assertEquals(at.state.lost, 3000);
});

pure("AnswerWatch waits for nothing while no call runs, and begins anew with a call", async () => {
  using time = new FakeTime();
  using at = watched();
  at.state.waitMs = 0;
  await time.advance(10_000);
  assertEquals([at.state.pings, at.state.lost], [0, 0]);
  at.state.waitMs = 3 * TIMEOUT_MS;
  await time.advance(700);
  assertEquals(at.state.lost, 0, "the silence before the call does not count");
});

pure("AnswerWatch checks a silent connection with a seat", async () => {
  using time = new FakeTime();
  using at = watched();
  Object.assign(at.state, { waitMs: 0, listening: true });
  await pass(time, 4000, at.hear);
  assertEquals(at.state.lost, 0);
  await time.advance(1100);
  assertEquals([at.state.pings > 0, at.state.lost > 0], [true, true]);
});

pure("AnswerWatch does not count the time that the client itself takes", async () => {
  using time = new FakeTime();
  using at = watched();
  at.channel.consumesSlowly = true;
  await pass(time, 4000, at.pong);
  assertEquals(at.state.lost, 0);
  at.channel.consumesSlowly = false;
  await pass(time, 4000, at.pong);
  assertEquals(at.state.lost, 3000);
});

pure("answerTimeoutMs is long for work alone", () => {
  const stage = { op: "stage", path: "f", executable: false } as const;
  const root = { kind: "root", root: "0".repeat(64) } as const;
  const requests: readonly (readonly [Request, number])[] = [
    [{ op: "stat", path: "f" }, 30_000],
    [{ op: "list", path: "f", recursive: true }, 30_000],
    [{ op: "list", path: "f", recursive: true, digests: true }, WORK_ANSWER_TIMEOUT_MS],
    [{ ...stage, precondition: { kind: "absent" } }, 30_000],
    [{ ...stage, precondition: root }, WORK_ANSWER_TIMEOUT_MS],
    [{ op: "sum", path: "f", algorithm: "md5" }, WORK_ANSWER_TIMEOUT_MS],
    [{ op: "login", token: "t" }, 30_000],
  ];
  for (const [request, ms] of requests) assertEquals(answerTimeoutMs(request, 10_000), ms);
  assertEquals(answerTimeoutMs({ op: "login", token: "t" }, 3000), 30_000);
  assertEquals(answerTimeoutMs({ op: "who" }, 3000), 9000);
});
