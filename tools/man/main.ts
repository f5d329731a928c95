/**
 * `deno task man`: writes manual pages and completion scripts to `dist/share/`, in the layout of
 * `/usr/share`.
 *
 * @module
 */

import { CLIENT } from "../../lib/cli/client/client_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { completionScript, type Shell } from "../../lib/cli/program/completion_script.ts";
import type { ProgramTable } from "../../lib/cli/program/program_table.ts";
import { SERVER } from "../../lib/cli/server/server_program.ts";
import { dirname, join } from "node:path";
import { CLIENT_FACTS, SERVER_FACTS } from "./facts.ts";
import { manPage, type PageFacts } from "./page.ts";

const SHARE = join(REPOSITORY, "dist", "share");

const COMPLETIONS: Record<Shell, (program: string) => string> = {
  bash: (program) => `bash-completion/completions/${program}`,
  zsh: (program) => `zsh/site-functions/_${program}`,
  fish: (program) => `fish/vendor_completions.d/${program}.fish`,
};

async function write(name: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(join(SHARE, name)), { recursive: true });
  await Deno.writeTextFile(join(SHARE, name), text);
  console.log(`dist/share/${name}`);
}

async function writeAll(table: ProgramTable<never>, facts: PageFacts): Promise<void> {
  await write(`man/man1/${table.name}.1`, manPage(table, facts));
  for (const [shell, nameOf] of Object.entries(COMPLETIONS)) {
    await write(nameOf(table.name), completionScript(table, shell as Shell));
  }
}

await writeAll(SERVER, SERVER_FACTS);
await writeAll(CLIENT, CLIENT_FACTS);
