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
