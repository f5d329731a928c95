import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { Admission, hostOf } from "../../lib/server/admission.ts";
import { pure } from "../../testing/pure.ts";

pure("hostOf counts an IPv4-mapped address as its IPv4 address (bruteforce-is-slowed)", () => {
  for (
    const remote of ["10.0.0.1:5", "[::ffff:10.0.0.1]:5", "[::FFFF:10.0.0.1]:9", "[::ffff:a00:1]:5"]
  ) {
    assertEquals(hostOf(remote), "10.0.0.1", remote);
  }
});

pure("hostOf counts a /64 as one host (bruteforce-is-slowed)", () => {
  const same = [
    "[2001:db8:0:1::1]:5",
    "[2001:db8:0:1:ffff::]:6",
    "[2001:0db8:0000:0001:1:2:3:4]:7",
    "[2001:DB8:0:1::2%eth0]:8",
  ];
  assertEquals(new Set(same.map(hostOf)), new Set(["2001:db8:0:1::/64"]));
  assertEquals(hostOf("[::1]:5"), "0:0:0:0::/64");
  assertEquals(hostOf("[1::]:5"), "1:0:0:0::/64");
  assertEquals(hostOf("[2001:db8:0:2::1]:5") === hostOf("[2001:db8:0:1::1]:5"), false);
});

pure("Admission limits all connections and those of one host, until they end", () => {
  const admission = new Admission({ maxConnections: 3, maxConnectionsPerHost: 2 });
  const first = admission.admit("10.0.0.1:1");
  admission.admit("[::ffff:10.0.0.1]:2");
  const refused = assertThrows(() => admission.admit("10.0.0.1:3"), FtError, "10.0.0.1");
  assertEquals([refused.code, refused.retryable], ["limit", true]);
  admission.admit("10.0.0.2:1");
  assertEquals(assertThrows(() => admission.admit("10.0.0.3:1"), FtError).code, "limit");
  assertEquals(admission.count, 3);
  first[Symbol.dispose]();
  admission.admit("10.0.0.1:4");
  assertEquals(admission.count, 3);
});
