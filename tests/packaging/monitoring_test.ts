/** What docs/SCALE.md and docs/OPERATIONS.md say to monitor exists. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { metricFamilies, openMetricsText } from "../../lib/server/metrics.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { testServer } from "../../testing/test_server.ts";

const page = (name: string) => Deno.readTextFile(join(REPOSITORY, "docs", name));

/** The names of all metrics of a server that has a certificate. */
async function exported(): Promise<ReadonlySet<string>> {
  await using server = await testServer({ listen: ["fts://127.0.0.1:0"] });
  const text = openMetricsText(metricFamilies(server.server.status()));
  const refusals = ["ftserver_requests_refused_total"];
  return new Set(
    [...text.matchAll(/^([a-z_]+)(?:\{.*\})? \S+$/gm)].map((m) => m[1]!).concat(refusals),
  );
}

Deno.test("every metric in the docs exists, and OPERATIONS.md has all", async () => {
  const metrics = await exported();
  const named = (text: string) =>
    [...text.matchAll(/`((?:ftserver|process)_[a-z_]+)(?:\{[a-z,]+\})?`/g)].map((m) => m[1]!);
  const scale = named(await page("SCALE.md"));
  assert(scale.length >= 12, scale.join());
  const operations = named(await page("OPERATIONS.md"));
  for (const name of [...scale, ...operations]) assert(metrics.has(name), name);
  const info = [...metrics].filter((name) => !operations.includes(name.replace(/_info$/, "")));
  assertEquals(info.filter((name) => name !== "ftserver_build_info"), []);
});

Deno.test("every event that SCALE.md names is one of OPERATIONS.md", async () => {
  const events = await page("OPERATIONS.md");
  const named = [...(await page("SCALE.md")).matchAll(/`([a-z]+\.[a-z]+_?[a-z]*)`/g)]
    .map((m) => m[1]!).filter((name) => !/\.(pem|env|sqlite|iso)$/.test(name));
  assert(named.includes("cluster.lost"), named.join());
  for (const name of named) assert(events.includes(`| \`${name}\` |`), name);
});
