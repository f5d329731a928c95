import { assertEquals } from "@std/assert";
import { RateWindow } from "../../lib/service/rate_window.ts";

Deno.test({
  name: "RateWindow is the mean of the last ten complete seconds",
  permissions: "none",
  fn() {
    let now = 500;
    const rate = new RateWindow(() => now);
    rate.add(100);
    assertEquals(rate.perSecond, 0);
    now = 1500;
    rate.add(1000);
    assertEquals(rate.perSecond, 10);
    now = 10_999;
    assertEquals(rate.perSecond, 110);
    now = 11_000;
    assertEquals(rate.perSecond, 100);
    now = 12_000;
    assertEquals(rate.perSecond, 0);
    now = 1e9;
    rate.add(5);
    now += 1000;
    assertEquals(rate.perSecond, 1);
    now = 2e9;
    rate.add(44);
    now += 1000;
    assertEquals(rate.perSecond, 4);
  },
});

Deno.test({
  name: "RateWindow.recent is the mean since its start, then of the last ten seconds",
  permissions: "none",
  fn() {
    let now = 700;
    const rate = new RateWindow(() => now);
    assertEquals(rate.recent, 0);
    rate.add(100);
    // A quarter of a second is the shortest time to divide by.
    assertEquals(rate.recent, 400);
    now = 2700;
    rate.add(100);
    assertEquals(rate.recent, 100);
    now = 10_700;
    assertEquals(rate.recent, 20);
    // The first amount has left the window.
    now = 11_000;
    assertEquals(rate.recent, 10);
    now = 13_000;
    assertEquals(rate.recent, 0);
  },
});
