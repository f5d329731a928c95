import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { REPOSITORY } from "../../testing/repository.ts";

interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** Everything that is loaded with a module; what it imports on the way is not. */
async function loadedWith(file: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", join(REPOSITORY, "deno.json"), join(REPOSITORY, file)],
    stderr: "inherit",
  }).output();
  const { roots, modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = new Set(roots);
  for (const specifier of loaded) {
    const { dependencies = [] } = modules.find((module) => module.specifier === specifier) ?? {};
    for (const { code, isDynamic } of dependencies) {
      if (!isDynamic && code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  return [...loaded];
}

Deno.test("without --store a server loads nothing of an object store", async () => {
  for (const file of ["lib/server/server.ts", "lib/cli/server/commands/serve.ts"]) {
    const loaded = await loadedWith(file);
    assert(loaded.length > 50, `${file} loads ${loaded.length} modules`);
    assertEquals(loaded.filter((url) => /object_store|aws4fetch|saxes/.test(url)), [], file);
  }
  const store = await loadedWith("lib/object_store/object_store.ts");
  assert(store.some((url) => /aws4fetch/.test(url)), "the names are still right");
});
