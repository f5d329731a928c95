/**
 * Downloads over older dialects to a disk that fails.
 */

import { assertEquals } from "@std/assert";
import { sampleBytes } from "../../../testing/content.ts";
import { NEEDS_PLANS, plannedSystem } from "../../../testing/planned/planned_system.ts";

const MiB = 1024 * 1024;

Deno.test(
  "getPlain fails where a write fails, and waits for every write",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system, client } = place;
    await Deno.writeFile(system.served("f"), sampleBytes(3 * MiB));
    const host = system.url.replace("ft://", "ft+framed://");
    const write = { ops: ["write"], path: "-part$", when: "before" } as const;
    for (const nth of [1, 3]) {
      await client.arm([{ ...write, nth, deed: { kind: "fail", errno: "ENOSPC" } }]);
      const full = await system.client(["get", "f", "--host", host]);
      assertEquals(full.code, 9, full.stderr);
      assertEquals([...Deno.readDirSync(system.work)], []);
    }
    await client.arm([{ ...write, times: null, deed: { kind: "short" } }]);
    const got = await system.client(["get", "f", "--host", host]);
    assertEquals(got.code, 0, got.stderr);
    assertEquals(await Deno.readFile(system.at("f")), sampleBytes(3 * MiB));
  },
);
