import { assertEquals } from "@std/assert";
import {
  MAX_WATCHED_CHANGES,
  WATCH_MAX_UNQUIET_MS,
  WATCH_QUIET_MS,
} from "../../../../lib/base/limits.ts";
import { ChangedPaths } from "../../../../lib/client/transfer/watch/changed_paths.ts";

const permissions = "none";

Deno.test({
  name: "ChangedPaths gives a path when it is quiet, and not before",
  permissions,
  fn() {
    const changes = new ChangedPaths();
    assertEquals([changes.waitMs(0), changes.take(0)], [Infinity, []]);
    changes.note("a", 0);
    changes.note("a", 100);
    assertEquals(changes.waitMs(100), WATCH_QUIET_MS);
    assertEquals(changes.take(99 + WATCH_QUIET_MS), []);
    assertEquals(changes.take(100 + WATCH_QUIET_MS), ["a"]);
  },
});

Deno.test({
  name: "ChangedPaths does not let a file that changes all the time hold up another",
  permissions,
  fn() {
    const changes = new ChangedPaths();
    let taken = 0;
    for (let ms = 0; ms < WATCH_MAX_UNQUIET_MS; ms += 10) {
      changes.note("endless", ms);
      if (ms === 1000) changes.note("other", ms);
      const due = changes.take(ms);
      if (due.length === 0) continue;
      assertEquals([ms, due], [1000 + WATCH_QUIET_MS, ["other"]]);
      changes.giveBack(["other"]);
      taken++;
    }
    assertEquals(taken, 1);
    assertEquals(changes.take(WATCH_MAX_UNQUIET_MS), ["endless"]);
  },
});

Deno.test({
  name: "ChangedPaths gives no path twice, nor one above or below, until it is given back",
  permissions,
  fn() {
    const changes = new ChangedPaths();
    changes.note("a/b", 0);
    assertEquals(changes.take(1000), ["a/b"]);
    for (const path of ["a/b", "a/b/c", "a", "ab"]) changes.note(path, 1000);
    assertEquals(changes.take(2000), ["ab"]);
    assertEquals(changes.waitMs(2000), Infinity);
    changes.giveBack(["a/b"]);
    assertEquals(changes.waitMs(2000), 0);
    assertEquals(changes.take(2000), ["a/b", "a/b/c", "a"]);
  },
});

Deno.test({
  name: "ChangedPaths looks at everything when nothing runs, and after too many changes",
  permissions,
  fn() {
    const changes = new ChangedPaths();
    changes.note("a", 0);
    assertEquals(changes.take(1000), ["a"]);
    changes.noteAll();
    assertEquals([changes.waitMs(1000), changes.take(1000)], [Infinity, []]);
    changes.giveBack(["a"]);
    assertEquals([changes.waitMs(1000), changes.take(1000)], [0, "all"]);
    for (let i = 0; i < MAX_WATCHED_CHANGES; i++) changes.note(`f${i}`, 0);
    assertEquals(changes.all, false);
    changes.note("one more", 0);
    assertEquals(changes.take(0), "all");
  },
});

Deno.test({
  name: "ChangedPaths tries a path again only after its wait",
  permissions,
  fn() {
    const changes = new ChangedPaths();
    changes.retry("a", 0, 5000);
    assertEquals(changes.waitMs(0), 5000);
    assertEquals(changes.take(4999), []);
    assertEquals(changes.take(5000), ["a"]);
  },
});
