import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { SharedRemote } from "../../../lib/client/remote/shared_remote.ts";
import { fakeRemote } from "../../../testing/fake_remote.ts";
import { pure } from "../../../testing/pure.ts";

/** Connections by number, which a test can lose. */
function connections() {
  const made: AbortController[] = [];
  const closed: string[] = [];
  const open = () => {
    const lost = new AbortController();
    made.push(lost);
    const dialect = `number ${made.length}`;
    const close = () => Promise.resolve(void closed.push(dialect));
    return Promise.resolve(
      fakeRemote({ dialect, signal: lost.signal, [Symbol.asyncDispose]: close }),
    );
  };
  return { open, made, closed };
}

pure("SharedRemote lends one connection, which only its own disposal closes", async () => {
  const { open, made, closed } = connections();
  const shared = new SharedRemote(open);
  const lent = await Promise.all([shared.lend(), shared.lend(), shared.lend()]);
  for (const remote of lent) await remote[Symbol.asyncDispose]();
  assertEquals([made.length, closed], [1, []]);
  await shared[Symbol.asyncDispose]();
  assertEquals(closed, ["number 1"]);
  const error = await assertRejects(() => shared.lend(), FtError);
  assertEquals([error.code, made.length], ["interrupted", 1]);
});

pure("SharedRemote replaces a lost connection once, for all callers", async () => {
  const { open, made, closed } = connections();
  await using shared = new SharedRemote(open);
  await shared.lend();
  made[0]!.abort(new FtError("network", "lost"));
  const lent = await Promise.all([shared.lend(), shared.lend()]);
  assertEquals(lent.map(({ dialect }) => dialect), ["number 2", "number 2"]);
  assertEquals(closed, ["number 1"]);
});

pure("SharedRemote connects again after a failed attempt", async () => {
  let attempts = 0;
  await using shared = new SharedRemote(() =>
    ++attempts === 1
      ? Promise.reject(new FtError("network", "refused"))
      : Promise.resolve(fakeRemote())
  );
  const failing = [shared.lend(), shared.lend()];
  for (const lending of failing) await assertRejects(() => lending, FtError, "refused");
  await shared.lend();
  assertEquals(attempts, 2);
});

pure("SharedRemote fails when a new connection is lost at once", async () => {
  let attempts = 0;
  let closed = 0;
  const signal = AbortSignal.abort(new FtError("network", "lost at once"));
  await using shared = new SharedRemote(() => {
    if (++attempts > 50) return Promise.reject(new Error("endless"));
    const close = () => Promise.resolve(void closed++);
    return Promise.resolve(fakeRemote({ signal, [Symbol.asyncDispose]: close }));
  });
  await assertRejects(() => shared.lend(), FtError, "lost at once");
  assertEquals([attempts, closed], [1, 1]);
});
