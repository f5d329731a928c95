/**
 * Plans of real programs strike the operations that they name.
 */

import { partPaths } from "../../../lib/client/transfer/get/part_names.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Rule } from "../../../testing/planned/plan.ts";
import { PART_WRITE_BYTES } from "../../../lib/client/transfer/get/part_file.ts";
import { sampleBytes } from "../../../testing/content.ts";
import {
  NEEDS_PLANS,
  type PlannedSystem,
  plannedSystem,
} from "../../../testing/planned/planned_system.ts";

const MiB = 1024 * 1024;
const OLD = sampleBytes(MiB + 5, 1);
const NEW = sampleBytes(3 * MiB + 5, 2);

/** A server with a file `f` of old content, and clients with a newer one. */
async function planned(): Promise<PlannedSystem> {
  const planned = await plannedSystem();
  await Deno.writeFile(planned.system.served("f"), OLD);
  await Deno.writeFile(planned.system.at("f"), NEW);
  return planned;
}

const SYNC: Rule = { ops: ["sync"], when: "before", deed: { kind: "fail", errno: "EIO" } };

Deno.test(
  "a planned program tells its operations, and fails where the plan says, once",
  NEEDS_PLANS,
  async () => {
    await using place = await planned();
    const { system, server } = place;
    await server.arm([SYNC]);
    const put = ["put", system.at("f"), "--overwrite"];
    const failed = await system.client(put);
    assertEquals(failed.code, 1, failed.stderr);
    assertEquals(await server.strikes(), 1);
    assertEquals(await Deno.readFile(system.served("f")), OLD);
    const again = await system.client(put);
    assertEquals(again.code, 0, again.stderr);
    assertEquals(await Deno.readFile(system.served("f")), NEW);
    // The audit log writes files of its own.
    const ops = (await server.ops()).filter(({ path }) => !path?.includes("/audit/"));
    const names = ops.map(({ op }) => op);
    assert(names.indexOf("write") < names.indexOf("sync"), names.join());
    assertEquals(names.filter((name) => name === "rename").length, 1);
  },
);

Deno.test("a planned program is killed before or after an operation, or in the middle of a write", {
  ...NEEDS_PLANS,
}, async () => {
  await using place = await planned();
  const { system, client } = place;
  const get = ["get", "f", "-o", system.at("got")];
  for (const when of ["before", "after"] as const) {
    await client.arm([{ ops: ["link"], path: "/got$", when, deed: { kind: "kill" } }]);
    assertEquals((await system.client(get)).code, 128 + 9);
    assertEquals(await client.strikes(), 1);
    const there = await Deno.stat(system.at("got")).then(() => true, () => false);
    assertEquals(there, when === "after");
  }
  const part = partPaths(system.at("torn")).part;
  await client.arm([{ ops: ["write"], path: "-part$", when: "before", deed: { kind: "torn" } }]);
  assertEquals((await system.client(["get", "f", "-o", system.at("torn")])).code, 128 + 9);
  const torn = await Deno.readFile(part);
  const half = PART_WRITE_BYTES / 2;
  assertEquals(torn.subarray(0, half), OLD.subarray(0, half));
  assert(torn.subarray(half, MiB).every((byte) => byte === 0));
});

Deno.test("a planned program continues after a short write", NEEDS_PLANS, async () => {
  await using place = await planned();
  const { system, client } = place;
  const short = { when: "before", times: null, deed: { kind: "short" } } as const;
  await client.arm([{ ...short, ops: ["write"], path: "-part$" }, { ...short, ops: ["read"] }]);
  const got = await system.client(["get", "f", "-o", system.at("got")]);
  assertEquals(got.code, 0, got.stderr);
  assertEquals(await Deno.readFile(system.at("got")), OLD);
  assert(await client.strikes() > 20);
});

Deno.test(
  "a planned program's files are changed under it, and its clock jumps",
  NEEDS_PLANS,
  async () => {
    await using place = await planned();
    const { system, client } = place;
    const source = system.at("f");
    const shrink = { kind: "change", path: source, how: { to: "shrink", bytes: 9 } } as const;
    const day = 24 * 3_600_000;
    await client.arm([
      { ops: ["read"], path: "/f$", nth: 2, when: "before", deed: shrink },
      { ops: ["read"], path: "/f$", nth: 2, when: "before", deed: { kind: "clock", byMs: day } },
    ]);
    const put = await system.client(["put", source, "--overwrite"]);
    assertEquals(put.code, 0, put.stderr);
    assertMatch(put.stderr, /changed during the transfer/);
    assertEquals(await client.strikes(), 2);
    assertEquals(await Deno.readFile(system.served("f")), NEW.subarray(0, NEW.length - 9));
    assertNotEquals(await Deno.readFile(source), NEW);
  },
);
