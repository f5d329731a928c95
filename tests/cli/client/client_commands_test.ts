import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { CLIENT_COMMANDS } from "../../../lib/cli/client/client_commands.ts";
import { REPOSITORY } from "../../../testing/repository.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier?: string } }[];
}

/** The modules that the runtime reads at every start: those of `import()`, too, but not types. */
async function readAtStart(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    stderr: "inherit",
  }).output();
  const { modules }: { modules: readonly Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const read = new Set([new URL(`file://${entry}`).href]);
  for (const specifier of read) {
    const found = modules.find((module) => module.specifier === specifier);
    for (const { code } of found?.dependencies ?? []) {
      if (code?.specifier !== undefined) read.add(code.specifier);
    }
  }
  return [...read];
}

Deno.test("every command of ftclient has its code", async () => {
  assert(CLIENT_COMMANDS.length > 20);
  for (const { name, load } of CLIENT_COMMANDS) {
    const run = await load();
    assertEquals([typeof run, run.length], ["function", 1], name);
  }
});

Deno.test("ftclient reads no code of commands and protocols before it knows its command", async () => {
  const read = await readAtStart(join(REPOSITORY, "client.ts"));
  assert(read.some((url) => url.endsWith("/lib/cli/client/client_commands.ts")));
  const late = /\/lib\/(cli\/client\/commands|native|dialects|client\/(native|legacy|transfer))\//;
  assertEquals(read.filter((url) => late.test(url)), []);
});
