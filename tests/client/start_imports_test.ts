/**
 * What `ftclient` loads before it has connected.
 */

import { assert, assertEquals } from "@std/assert";
import { REPOSITORY } from "../../testing/repository.ts";
import { join } from "node:path";

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** The modules that a file imports, directly or not, without those of an `import()`. */
async function loadedWith(file: string): Promise<Set<string>> {
  const path = join(REPOSITORY, file);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", join(REPOSITORY, "deno.json"), path],
    stderr: "inherit",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Info;
  const imports = new Map(modules.map(({ specifier, dependencies = [] }) => [
    specifier,
    dependencies.filter(({ isDynamic }) => !isDynamic).map(({ code }) => code?.specifier ?? ""),
  ]));
  const found = new Set([
    modules.find(({ specifier }) => specifier.endsWith(`/${file}`))!.specifier,
  ]);
  for (const one of found) for (const next of imports.get(one) ?? []) found.add(next);
  return found;
}

Deno.test("ftclient loads no module of Node before it is connected: they cost as much as its start", async () => {
  const files = [
    ...["client.ts", "lib/client/open_remote.ts", "lib/client/trust/known_hosts.ts"],
    ...["lib/cli/client/commands/get.ts", "lib/cli/client/commands/put.ts"],
    ...["lib/cli/client/commands/ls.ts", "lib/client/transfer/get/get_files.ts"],
  ];
  for (const file of files) {
    const found = await loadedWith(file);
    assert(found.size > 10, file);
    assertEquals([...found].filter((name) => name.startsWith("node:")), [], file);
  }
});
