import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { REPOSITORY } from "../../../testing/repository.ts";
import { planFor } from "../../../tools/simulate/capacity.ts";
import { allTables } from "../../../tools/simulate/main.ts";
import { MEASURED } from "../../../tools/simulate/measured.ts";
import { withTables } from "../../../tools/simulate/page.ts";
import { STEPS, STORE_MS } from "../../../tools/simulate/steps.ts";

/** A page without the spaces and dashes by which tables are aligned. */
const plain = (text: string) => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---").trim();

Deno.test("the tables of CAPACITY.md are those that deno task simulate prints", async () => {
  const page = await Deno.readTextFile(join(REPOSITORY, "docs/CAPACITY.md"));
  assertEquals(
    plain(withTables(page, allTables())),
    plain(page),
    "run: deno task simulate --write",
  );
});

Deno.test("withTables refuses a page without a place for each table", () => {
  assertThrows(() => withTables("no places", allTables()), Error, "no place for counted");
});

Deno.test("more users never need fewer servers, and every plan names a bottleneck", () => {
  const plans = STEPS.map((users) => planFor(users, MEASURED, STORE_MS));
  const servers = plans.map((plan) => plan.servers);
  assertEquals(servers, servers.toSorted((a, b) => a - b));
  assertEquals(servers[0], 1);
  for (const { bottleneck } of plans) assert(/\(\d+ %\)$/.test(bottleneck), bottleneck);
});
