import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { TransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { withRetries } from "../../../lib/cli/client/connect.ts";

const permissions = "none";
const lost = new FtError("network", "lost");

function options(retries: number, waits: number[] = [], events: TransferEvent[] = []) {
  return {
    retries,
    signal: new AbortController().signal,
    onRetry: (event: TransferEvent) => void events.push(event),
    wait: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0,
  };
}

Deno.test({
  name: "withRetries waits 1, 2, 4, 8, 16, 32 seconds, tells each, then fails with the last error",
  permissions,
  async fn() {
    const waits: number[] = [];
    const events: TransferEvent[] = [];
    let tries = 0;
    const attempt = () => {
      tries++;
      return Promise.reject(lost);
    };
    const error = await assertRejects(
      () => withRetries(attempt, options(6, waits, events)),
      FtError,
    );
    assertEquals([error.exitCode, tries], [5, 7]);
    assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 32_000]);
    assertEquals(events.length, 6);
  },
});

Deno.test({
  name: "withRetries tries once with 0 retries, and never again what a retry cannot cure",
  permissions,
  async fn() {
    for (const [retries, error] of [[0, lost], [6, new FtError("protocol", "not ours")]] as const) {
      let tries = 0;
      const attempt = () => {
        tries++;
        return Promise.reject(error);
      };
      await assertRejects(() => withRetries(attempt, options(retries)), FtError, error.message);
      assertEquals(tries, 1);
    }
  },
});

Deno.test({
  name: "withRetries waits as long as the server asked, and not past an interrupt",
  permissions,
  async fn() {
    const waits: number[] = [];
    const busy = new FtError("limit", "busy", { retryable: true, retryAfterMs: 5000 });
    let tries = 0;
    const attempt = () => tries++ === 0 ? Promise.reject(busy) : Promise.resolve("ok");
    assertEquals(await withRetries(attempt, options(6, waits)), "ok");
    assertEquals(waits, [5000]);

    const stop = new AbortController();
    stop.abort(new FtError("interrupted", "interrupted"));
    const stopped = { ...options(6), signal: stop.signal };
    await assertRejects(() => withRetries(attempt, stopped), FtError, "interrupted");
  },
});
