import { assertEquals } from "@std/assert";
import { DescriptorReserve } from "../../lib/base/descriptors.ts";
import { ACCEPT_EPISODE_MS, ACCEPT_RETRY_MS, MAX_ACCEPT_RETRY_MS } from "../../lib/base/limits.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { acceptAll, type Accepted } from "../../lib/net/accept_loop.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const FULL = Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" });
const GONE = new Deno.errors.ConnectionAborted("software caused connection abort");
const CLOSED = new Deno.errors.BadResource("listener has been closed");

/** A listener whose accepts have these results, one after the other; then it is closed. */
function scripted(results: Iterable<unknown>) {
  const left = [...results];
  const atMs: number[] = [];
  return {
    atMs,
    accept(): Promise<string> {
      atMs.push(performance.now());
      const result = left.length > 0 ? left.shift() : CLOSED;
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(String(result));
    },
  };
}

function logged() {
  const events: LogEvent[] = [];
  return { events, log: createLogger((event) => events.push(event), "debug") };
}

const OPTIONS = { where: "ft://[::1]:1", signal: new AbortController().signal };

async function acceptedBy(
  listener: ReturnType<typeof scripted>,
  options: Partial<Parameters<typeof acceptAll>[1]> = {},
): Promise<Accepted<string>[]> {
  using time = new FakeTime();
  const all = Array.fromAsync(acceptAll(listener, { ...OPTIONS, ...options }));
  await time.run();
  return await all;
}

Deno.test("acceptAll survives failures, waits longer after each, and logs an episode once", async () => {
  const { events, log } = logged();
  const listener = scripted([...Array(12).fill(FULL), "a", FULL, "b"]);
  const accepted = await acceptedBy(listener, { log });
  assertEquals(accepted, [{ conn: "a" }, { conn: "b" }]);
  const waits = listener.atMs.slice(1).map((ms, i) => ms - listener.atMs[i]!);
  assertEquals(waits.slice(0, 3), [ACCEPT_RETRY_MS, 2 * ACCEPT_RETRY_MS, 4 * ACCEPT_RETRY_MS]);
  assertEquals(waits.slice(10, 12), [MAX_ACCEPT_RETRY_MS, MAX_ACCEPT_RETRY_MS]);
  assertEquals(waits.slice(12), [0, ACCEPT_RETRY_MS, 0], "it starts again after a success");
  assertEquals(events.map(({ level, event, fields }) => [level, event, fields]), [
    ["warning", "accept.failed", { listen: OPTIONS.where, message: "too many open files" }],
  ]);
});

Deno.test("acceptAll logs when accepting works again, and the next episode", async () => {
  using time = new FakeTime();
  const { events, log } = logged();
  const listener = scripted([FULL, "a", "b", FULL]);
  const accepting = acceptAll(listener, { ...OPTIONS, log });
  const first = accepting.next();
  await time.run();
  await first;
  await time.advance(ACCEPT_EPISODE_MS);
  await accepting.next();
  const last = accepting.next();
  await time.run();
  await last;
  const names = events.map(({ event }) => event);
  assertEquals(names, ["accept.failed", "accept.recovered", "accept.failed"]);
});

Deno.test("acceptAll does not report a peer that has disconnected already", async () => {
  const { events, log } = logged();
  assertEquals(await acceptedBy(scripted([GONE, "a"]), { log }), [{ conn: "a" }]);
  assertEquals(events, []);
});

Deno.test({
  name: "acceptAll borrows a descriptor for a connection, and waits if there is none",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    using none = new DescriptorReserve(dir.path, 0);
    const waiting = scripted([FULL, "a"]);
    assertEquals(await acceptedBy(waiting, { reserve: none }), [{ conn: "a" }]);
    assertEquals(waiting.atMs[1]! - waiting.atMs[0]!, ACCEPT_RETRY_MS);
    using one = new DescriptorReserve(dir.path, 1);
    const listener = scripted([FULL, "a"]);
    // Other descriptors are free here, so it is returned at once.
    assertEquals(await acceptedBy(listener, { reserve: one }), [{ conn: "a" }]);
    assertEquals(listener.atMs[1]! - listener.atMs[0]!, 0, "it does not wait");
    assertEquals(one.available, 1);
  },
});
