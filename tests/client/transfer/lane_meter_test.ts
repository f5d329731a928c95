import { assert, assertEquals } from "@std/assert";
import { LANE_HOLD_MS, MAX_LANES } from "../../../lib/base/limits.ts";
import { LaneMeter } from "../../../lib/client/transfer/lane_meter.ts";

const permissions = "none";
const MiB = 1024 * 1024;

/** A line, and how far a transfer over it is. */
interface Line {
  /** Bytes per second over this many lanes. */
  readonly rate: (lanes: number) => number;
  /** Lanes that the server takes. @default any number */
  readonly max?: number;
}

/** Moves a file block by block; returns the lanes at each block, and the seconds. */
function transfer(bytes: number, { rate, max = Infinity }: Line, meter = new LaneMeter()) {
  const seen: number[] = [];
  let nowMs = 0;
  let active = 1;
  for (let left = bytes; left > 0; left -= MiB) {
    nowMs += MiB / rate(active) * 1000;
    meter.moved({ nowMs, bytes: MiB, leftBytes: left - MiB, active });
    if (meter.wanted > max) meter.limit(max);
    active = meter.wanted;
    seen.push(active);
  }
  return { seen, most: Math.max(...seen), last: active, seconds: nowMs / 1000 };
}

Deno.test({
  name: "LaneMeter takes all lanes where each connection has a rate of its own",
  permissions,
  fn() {
    const { most, last, seconds } = transfer(100 * MiB, { rate: (lanes) => lanes * 10e6 });
    assertEquals([most, last], [MAX_LANES, MAX_LANES]);
    assert(seconds < 0.3 * 100 * MiB / 10e6, `${seconds}`);
  },
});

Deno.test({
  name: "LaneMeter gives a lane back where the whole line is what limits",
  permissions,
  fn() {
    const { seen, most, last, seconds } = transfer(100 * MiB, { rate: () => 10e6 });
    assertEquals([most, last], [2, 1]);
    assert(seen.filter((lanes) => lanes > 1).length < 20, `${seen}`);
    assertEquals(Math.round(seconds), Math.round(100 * MiB / 10e6));
  },
});

Deno.test({
  name: "LaneMeter keeps as many lanes as bring something",
  permissions,
  fn() {
    const { last } = transfer(200 * MiB, { rate: (lanes) => Math.min(lanes * 10e6, 40e6) });
    assertEquals(last, 4);
  },
});

Deno.test({
  name: "LaneMeter tries again after a while, less and less often",
  permissions,
  fn() {
    const { seen } = transfer(1024 * MiB, { rate: () => 10e6 });
    const tries = seen.filter((lanes, i) => lanes > 1 && seen[i - 1] === 1).length;
    // It takes 107 s: the waits are 5, 10, 20 and 40 s.
    assert(LANE_HOLD_MS >= 5000 && tries >= 2 && tries <= 5, `${tries}`);
  },
});

Deno.test({
  name: "LaneMeter opens no lane for a small file, a short transfer, or a fast line",
  permissions,
  fn() {
    const cases: [string, number, Line][] = [
      ["small", 6 * MiB, { rate: (lanes) => lanes * 1e6 }],
      ["short", 40 * MiB, { rate: (lanes) => lanes * 60e6 }],
      ["fast", 4096 * MiB, { rate: (lanes) => lanes * 300e6 }],
    ];
    for (const [name, bytes, line] of cases) assertEquals(transfer(bytes, line).most, 1, name);
  },
});

Deno.test({
  name: "LaneMeter opens no lane where a limit of the rate is reached",
  permissions,
  fn() {
    const line = { rate: (lanes: number) => Math.min(lanes * 10e6, 9.5e6) };
    assertEquals(transfer(100 * MiB, line, new LaneMeter(1, 10e6)).most, 1);
    assertEquals(transfer(100 * MiB, { rate: (n) => n * 10e6 }, new LaneMeter(1, 40e6)).most, 4);
  },
});

Deno.test({
  name: "LaneMeter never wants more lanes than the server takes",
  permissions,
  fn() {
    const { last } = transfer(200 * MiB, { rate: (lanes) => lanes * 10e6, max: 3 });
    assertEquals(last, 3);
  },
});

Deno.test({
  name: "LaneMeter starts with the lanes that paid the last time",
  permissions,
  fn() {
    const meter = new LaneMeter(4);
    assertEquals(meter.wanted, 4);
    const { seen } = transfer(100 * MiB, { rate: (lanes) => lanes * 10e6 }, meter);
    assertEquals(seen[0], 4);
  },
});
