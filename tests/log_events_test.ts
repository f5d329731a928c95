/** Compares the table of events in docs/OPERATIONS.md with the logged events. */

import { assertEquals } from "@std/assert";
import { REPOSITORY } from "../testing/repository.ts";
import { join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";

/** Names of events in calls such as `log.info("transfer.end"` and `log[level]("transfer.end"`. */
function loggedEvents(source: string): string[] {
  const call = /(?:\.(?:debug|info|warning|error)|\[[^\]]+\])\(\s*"([a-z]+\.[a-z_.]+)"/g;
  return [...source.matchAll(call)].map(([, event = ""]) => event);
}

Deno.test("OPERATIONS.md has every logged event exactly once", async () => {
  const logged = new Set<string>();
  const lib = join(REPOSITORY, "lib");
  for (const name of await filesBelow(lib, "")) {
    if (!name.endsWith(".ts")) continue;
    for (const event of loggedEvents(await Deno.readTextFile(join(lib, name)))) logged.add(event);
  }
  const page = await Deno.readTextFile(join(REPOSITORY, "docs/OPERATIONS.md"));
  const table = page.slice(page.indexOf("### Events"));
  const written = [...table.matchAll(/^\| `([a-z]+\.[a-z_.]+)`/gm)].map(([, event]) => event!);
  assertEquals(written.toSorted(), [...logged].sort());
});

Deno.test({
  name: "loggedEvents finds plain and computed calls",
  permissions: "none",
  fn() {
    const source = 'a.log.info("x.y", {}); log[f(e)](\n "z.w" ); log.info("plain")';
    assertEquals(loggedEvents(source), ["x.y", "z.w"]);
  },
});
