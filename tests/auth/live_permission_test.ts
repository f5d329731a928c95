import { assertEquals, assertThrows } from "@std/assert";
import { livePermission } from "../../lib/auth/live_permission.ts";
import { type Permission, uniformPermission } from "../../lib/auth/permission.ts";
import { pure } from "../../testing/pure.ts";

pure("livePermission is recomputed once after a change", () => {
  let version = 0;
  let made = 0;
  const quota = { path: ".", bytes: 5 };
  const live = livePermission(() => version, (): Permission => {
    made++;
    return { ...uniformPermission(version === 0 ? [] : ["read"]), quotas: () => [quota] };
  });
  assertEquals([live.allows("read", "a"), live.allowsBelow("read", "a")], [false, false]);
  assertEquals([live.quotas("a"), made], [[quota], 1]);
  version = 1;
  assertEquals([live.allowsBelow("read", "a"), live.allows("read", "a")], [true, true]);
  assertEquals(made, 2);
});

pure("livePermission allows nothing while its source cannot be read", () => {
  let version = 0;
  const live = livePermission(() => version, () => {
    if (version === 1) throw new Error("disk full");
    return uniformPermission(["read"]);
  });
  version = 1;
  assertThrows(() => live.allows("read", "a"), Error, "disk full");
  assertThrows(() => live.allows("read", "a"), Error, "disk full");
  version = 2;
  assertEquals(live.allows("read", "a"), true);
});
