/**
 * Uploads of several pages of one browser.
 */

import { assertEquals } from "@std/assert";
import { OtherPages } from "../../../../lib/web/page/upload/other_pages.ts";
import { until } from "../../../../testing/until.ts";

/** A page with its uploads. */
function page(channel: string, ...ids: string[]) {
  const own = new Set(ids);
  const opened = new BroadcastChannel(channel);
  const others = new OtherPages(opened, {
    ids: () => [...own],
    leave: (ids) => ids.forEach((id) => own.delete(id)),
  });
  return { own, others, [Symbol.dispose]: () => opened.close() };
}

Deno.test("OtherPages tells a new page of the uploads of all others", async () => {
  using one = page("tells", "a", "b");
  using two = page("tells", "c");
  using fresh = page("tells");
  assertEquals(await fresh.others.uploads(), new Set([..."abc"]));
  assertEquals([one.own.size, two.own.size], [2, 1]);
});

Deno.test("OtherPages leaves an upload that two pages have to one of them", async () => {
  // Both were opened at once, as when a browser restores its pages: neither knew of the other.
  using one = page("both", "a", "b");
  using two = page("both", "b", "c");
  one.others.tell();
  two.others.tell();
  await until(() => one.own.size + two.own.size === 3);
  assertEquals(one.own.union(two.own), new Set([..."abc"]));
  for (const { others } of [one, two]) others.tell();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(one.own.size + two.own.size, 3);
});
