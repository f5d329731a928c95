import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { completionScript } from "../../../lib/cli/program/completion_script.ts";
import { type FlagRow, flagsOf } from "../../../lib/cli/program/flag_table.ts";
import { helpText } from "../../../lib/cli/program/help_text.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import { textWidth } from "../../../lib/cli/format/text_width.ts";

const permissions = "none";

const dashes = ({ name, negatable }: FlagRow) => negatable ? `--[no-]${name}` : `--${name}`;

for (const table of [CLIENT, SERVER]) {
  Deno.test({
    name: `helpText of ${table.name} has every row and is no wider than asked`,
    permissions,
    fn() {
      for (const width of [60, 80, 120]) {
        const text = helpText(table, undefined, width);
        const unwrapped = text.replace(/\s+/g, " ");
        for (const row of table.commands) assertStringIncludes(unwrapped, row.summary);
        for (const row of table.flags) assertStringIncludes(text, dashes(row));
        for (const line of text.split("\n")) assertEquals(textWidth(line) <= width, true, line);
      }
      for (const row of table.commands) {
        const text = helpText(table, row, 80);
        for (const flag of flagsOf(table.flags, row.name)) {
          assertStringIncludes(text, dashes(flag));
          if (flag.short) assertStringIncludes(text, `-${flag.short}, `);
        }
      }
    },
  });

  Deno.test({
    name: `completionScript of ${table.name} has every row, for every shell`,
    permissions,
    fn() {
      for (const shell of ["bash", "zsh", "fish"] as const) {
        const script = completionScript(table, shell);
        for (const row of table.commands) {
          for (const word of row.name.split(" ")) assertStringIncludes(script, word);
        }
        for (const row of table.flags) {
          assertStringIncludes(script, shell === "fish" ? `-l ${row.name}` : `--${row.name}`);
          for (const choice of row.choices ?? []) assertStringIncludes(script, choice);
        }
      }
    },
  });

  for (const shell of ["bash", "zsh", "fish"] as const) {
    const installed = await shellPath(shell);
    Deno.test({
      name: `${shell} -n accepts the completions of ${table.name}`,
      ignore: installed === undefined,
      async fn() {
        const path = await Deno.makeTempFile();
        try {
          await Deno.writeTextFile(path, completionScript(table, shell));
          const { success, stderr } = await new Deno.Command(installed!, { args: ["-n", path] })
            .output();
          assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
        } finally {
          await Deno.remove(path);
        }
      },
    });
  }
}

async function shellPath(shell: string): Promise<string | undefined> {
  for (const dir of ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]) {
    const path = `${dir}/${shell}`;
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}
