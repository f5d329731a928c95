import { assertEquals } from "@std/assert";
import { createLogger } from "../../lib/base/log.ts";
import { RecentLog } from "../../lib/base/recent_log.ts";

Deno.test({
  name: "RecentLog has the last events with their numbers, the oldest first",
  permissions: "none",
  fn() {
    const recent = new RecentLog(3);
    const log = createLogger(recent.sink);
    const shown = () => recent.events.map(({ number, event }) => `${number} ${event}`).join();
    assertEquals(shown(), "");
    for (
      const [event, expected] of [
        ["a", "1 a"],
        ["b", "1 a,2 b"],
        ["c", "1 a,2 b,3 c"],
        ["d", "2 b,3 c,4 d"],
        ["e", "3 c,4 d,5 e"],
        ["f", "4 d,5 e,6 f"],
        ["g", "5 e,6 f,7 g"],
      ] as const
    ) {
      log.info(event);
      assertEquals(shown(), expected);
    }
  },
});
