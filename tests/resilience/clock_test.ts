/**
 * Clocks that jump: no content is lost or wrong, and a lease keeps its duration.
 */

import { assertEquals } from "@std/assert";
import type { Rule } from "../../testing/planned/plan.ts";
import { sampleBytes } from "../../testing/content.ts";
import { NEEDS_PLANS, plannedSystem } from "../../testing/planned/planned_system.ts";

const MiB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
const TEN_YEARS_MS = 3652 * DAY_MS;

const jump = (byMs: number, nth = 1): Rule => ({
  nth,
  when: "before",
  deed: { kind: "clock", byMs },
});

Deno.test(
  "clock-jump: transfers continue with the right content, whichever clock jumps",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system } = place;
    for (const side of ["client", "server"] as const) {
      for (const byMs of [DAY_MS, -TEN_YEARS_MS, TEN_YEARS_MS]) {
        const name = `${side}${byMs}`;
        await Deno.writeFile(system.at(name), sampleBytes(2 * MiB + 3));
        await place[side].arm([jump(byMs, 3), jump(-byMs, 12)]);
        const put = await system.client(["put", name]);
        assertEquals(put.code, 0, put.stderr);
        await place[side].arm([jump(byMs, 3), jump(-byMs, 7)]);
        const got = await system.client(["get", name, "-o", `${name}.got`]);
        assertEquals(got.code, 0, got.stderr);
        assertEquals(await Deno.readFile(system.at(`${name}.got`)), sampleBytes(2 * MiB + 3));
        assertEquals(await place[side].strikes(), 2);
        await place[side].arm([]);
      }
    }
  },
);

Deno.test("clock-jump: a lease does not end early or last longer", NEEDS_PLANS, async () => {
  await using place = await plannedSystem();
  const { system, server } = place;
  const other = { env: { XDG_STATE_HOME: system.at("other") } };
  await Deno.writeTextFile(system.at("f"), "content");
  assertEquals((await system.client(["put", "f"])).code, 0);
  for (const byMs of [TEN_YEARS_MS, -TEN_YEARS_MS]) {
    assertEquals((await system.client(["lock", "f", "--ttl", "300"])).code, 0);
    await server.arm([jump(byMs)]);
    assertEquals((await system.client(["ls"], other)).code, 0);
    assertEquals(await server.strikes(), 1);
    assertEquals((await system.client(["rm", "f"], other)).code, 7, "it holds");
    assertEquals((await system.client(["unlock", "f"])).code, 0);
  }
  assertEquals((await system.client(["lock", "f", "--ttl", "1"])).code, 0);
  await server.arm([jump(-DAY_MS)]);
  for (let code = 7, tries = 0; code !== 0; tries++) {
    ({ code } = await system.client(["mv", "f", "g"], other));
    assertEquals(tries < 100, true, "the lease never ended");
  }
});

Deno.test(
  "clock-jump: a staged upload that expired too early is sent again completely",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system, server, client } = place;
    await Deno.writeFile(system.at("f"), sampleBytes(3 * MiB));
    const third: Rule = {
      ops: ["write"],
      path: "/staging/[^.]",
      nth: 2,
      times: null,
      when: "before",
      deed: { kind: "fail", errno: "EIO" },
    };
    await server.arm([third]);
    assertEquals((await system.client(["put", "f"])).code, 1);
    await server.arm([jump(TEN_YEARS_MS)]);
    await system.restart();
    assertEquals(await server.strikes(), 1);
    assertEquals([...Deno.readDirSync(system.served(".ftserver/staging"))], []);
    await client.arm([]);
    assertEquals((await system.client(["put", "f"])).code, 0);
    assertEquals(await Deno.readFile(system.served("f")), sampleBytes(3 * MiB));
  },
);
