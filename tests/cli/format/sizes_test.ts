import { assertEquals } from "@std/assert";
import { formatBytes } from "../../../lib/base/format_bytes.ts";
import { parseRate, parseSize } from "../../../lib/cli/format/sizes.ts";
import { formatClock, formatSeconds } from "../../../lib/cli/format/times.ts";

const permissions = "none";

Deno.test({
  name: "parseSize reads K M G as powers of 1000 and Ki Mi Gi as powers of 1024",
  permissions,
  fn() {
    const sizes: [string, number | null][] = [
      ["0", 0],
      ["512", 512],
      ["1K", 1000],
      ["1k", 1000],
      ["2M", 2e6],
      ["3G", 3e9],
      ["1Ki", 1024],
      ["1.5Mi", 1.5 * 2 ** 20],
      ["2GiB", 2 ** 31],
      ["10B", 10],
      ["", null],
      ["K", null],
      ["-1", null],
      ["1e3", null],
      ["0x10", null],
      ["1 K", null],
      ["1T", null],
      ["9007199254740992", null],
      ["99999999999G", null],
    ];
    for (const [text, bytes] of sizes) assertEquals(parseSize(text), bytes, text);
    assertEquals(parseRate("5Mi/s"), 5 * 2 ** 20);
    assertEquals(parseRate("5M"), 5e6);
  },
});

Deno.test({
  name: "formatBytes shows IEC units with one decimal",
  permissions,
  fn() {
    const shown: [number, string][] = [
      [0, "0 B"],
      [1023, "1023 B"],
      [1024, "1.0 KiB"],
      [95 * 2 ** 20 + 2 ** 19, "95.5 MiB"],
      [2 ** 30, "1.0 GiB"],
    ];
    for (const [bytes, text] of shown) assertEquals(formatBytes(bytes), text);
  },
});

Deno.test({
  name: "formatSeconds and formatClock format spans of time",
  permissions,
  fn() {
    assertEquals(["0.52 s", "12.3 s", "4:05"], [0.52, 12.34, 245].map(formatSeconds));
    assertEquals(["0:00", "0:09", "1:00:05"], [0, 8.2, 3605].map(formatClock));
  },
});
