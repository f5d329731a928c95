import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CREDIT_STEP_BYTES, MAX_WINDOW_BYTES, STREAM_WINDOW_BYTES } from "../../lib/base/limits.ts";
import { FtError } from "../../lib/base/errors.ts";
import { Line } from "../../lib/native/line.ts";
import { ReceiveWindow, SendWindow } from "../../lib/native/window.ts";
import { WindowBudget } from "../../lib/native/window_budget.ts";
import { pure } from "../../testing/pure.ts";

const NEVER = new AbortController().signal;

/** Whether a promise settles within a turn of the event loop. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true, () => done = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return done;
}

pure("SendWindow admits a whole window, and one frame that exceeds it", async () => {
  const window = new SendWindow({ growing: false });
  await window.take(STREAM_WINDOW_BYTES - 1, NEVER);
  await window.take(1000, NEVER);
  const waiting = window.take(1, NEVER);
  assertEquals(await settles(waiting), false);
  window.credit(999);
  assertEquals(await settles(waiting), false);
  window.credit(1);
  await waiting;
});

pure("SendWindow wakes waiting callers as far as there is room", async () => {
  const window = new SendWindow({ growing: false });
  await window.take(STREAM_WINDOW_BYTES, NEVER);
  const [one, other] = [window.take(10, NEVER), window.take(10, NEVER)];
  window.credit(5);
  await one;
  assertEquals(await settles(other), false);
  window.credit(6);
  await other;
});

pure("SendWindow refuses more credit than was used", async () => {
  const window = new SendWindow({ growing: false });
  await window.take(10, NEVER);
  window.credit(10);
  assertEquals(assertThrows(() => window.credit(1), FtError).code, "protocol");
});

pure(
  "SendWindow takes more credit from a peer whose windows grow, up to the largest window",
  async () => {
    const window = new SendWindow({ growing: true });
    window.credit(MAX_WINDOW_BYTES - STREAM_WINDOW_BYTES);
    await window.room(MAX_WINDOW_BYTES, NEVER);
    assertEquals(assertThrows(() => window.credit(1), FtError).code, "protocol");
  },
);

pure("SendWindow begins with what the receiver asks for, if it announced that", async () => {
  const window = new SendWindow({ growing: true });
  window.begin(2 * STREAM_WINDOW_BYTES);
  window.begin(1);
  await window.room(2 * STREAM_WINDOW_BYTES, NEVER);
  const old = new SendWindow({ growing: false });
  old.begin(2 * STREAM_WINDOW_BYTES);
  assertEquals(await settles(old.room(STREAM_WINDOW_BYTES + 1, NEVER)), false);
});

pure("ReceiveWindow takes as many bytes as it has granted on a long line", () => {
  const line = new Line(new WindowBudget(MAX_WINDOW_BYTES));
  line.growing = true;
  line.answeredIn(100);
  const window = new ReceiveWindow(100, line, () => {});
  const more = window.begin();
  assertEquals([more, window.full], [line.budget.used, false]);
  assertEquals(window.size, STREAM_WINDOW_BYTES + more);
  window.arrived(window.size);
  assertEquals(window.full, true);
  window.arrived(100);
  assertEquals(assertThrows(() => window.arrived(1), FtError).code, "protocol");
  window.end();
  assertEquals(line.budget.used, 0);
});

pure("SendWindow stops waiting when its signal is aborted", async () => {
  const window = new SendWindow({ growing: false });
  await window.take(STREAM_WINDOW_BYTES, NEVER);
  const gaveUp = new AbortController();
  const waiting = window.take(1, gaveUp.signal);
  gaveUp.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => window.take(1, gaveUp.signal), Error, "enough");
  window.credit(STREAM_WINDOW_BYTES);
});

pure("ReceiveWindow refuses bytes that exceed the window by more than one frame", () => {
  const window = new ReceiveWindow(100, new Line(), () => {});
  window.arrived(STREAM_WINDOW_BYTES + 100);
  assertEquals(assertThrows(() => window.arrived(1), FtError).code, "protocol");
});

pure("ReceiveWindow counts bytes not yet granted as used", () => {
  const granted: number[] = [];
  const window = new ReceiveWindow(0, new Line(), (bytes) => granted.push(bytes));
  window.arrived(STREAM_WINDOW_BYTES);
  window.consumed(CREDIT_STEP_BYTES - 1);
  assertEquals(granted, []);
  assertThrows(() => window.arrived(1), FtError);
});

pure("ReceiveWindow grants all consumed bytes, in steps", () => {
  const granted: number[] = [];
  const window = new ReceiveWindow(0, new Line(), (bytes) => granted.push(bytes));
  for (let round = 0; round < 3; round++) {
    window.arrived(CREDIT_STEP_BYTES);
    window.consumed(CREDIT_STEP_BYTES - 1);
    window.consumed(1);
  }
  assertEquals(granted, [CREDIT_STEP_BYTES, CREDIT_STEP_BYTES, CREDIT_STEP_BYTES]);
});

pure(
  "SendWindow waits for room without taking it",
  async () => {
    const window = new SendWindow({ growing: false });
    await window.take(STREAM_WINDOW_BYTES - 9, NEVER);
    await window.room(9, NEVER);
    const waiting = window.room(10, NEVER);
    assertEquals(await settles(waiting), false);
    window.credit(1);
    await waiting;
    const gone = AbortSignal.abort(new FtError("interrupted", "stopped"));
    await assertRejects(() => window.room(1, gone), FtError, "stopped");
  },
);
