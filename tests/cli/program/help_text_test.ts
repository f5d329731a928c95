import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { completionScript } from "../../../lib/cli/program/completion_script.ts";
import { parseCommandLine } from "../../../lib/cli/program/command_line.ts";
import { type FlagRow, flagsOf } from "../../../lib/cli/program/flag_table.ts";
import { helpText } from "../../../lib/cli/program/help_text.ts";
import type { ProgramTable } from "../../../lib/cli/program/program_table.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import { SMALL_TABLE } from "./small_table.ts";
import { textWidth } from "../../../lib/cli/format/text_width.ts";
import { needsProgram } from "../../../testing/skip.ts";

const permissions = "none";

const PROGRAM_HELP = `prog: does things

Usage: prog [run] [DIR] [options]
       prog COMMAND … [options]

  prog get it  take it

  things  run, get
  people  user add|list

prog help COMMAND prints what a command does, and its
options.`;

const COMMAND_HELP = `prog get: take [one]: it's free

Usage: prog get NAME… [options]

Options:
      --[no-]color              use colour (default:
                                true)
      --level LEVEL             how much
      --match-a-very-long-flag-name VALUE
                                a pattern that is so
                                long that it wraps
  -f, --file FILE               input
  -h, --help                    print

Each option is also an environment
variable (PROG_COLOR) and a key of
$XDG_CONFIG_HOME/ft/prog.json; the
command line wins, then the environment.`;

Deno.test({
  name: "helpText lays out commands, flags and defaults",
  permissions,
  fn() {
    assertEquals(helpText(SMALL_TABLE, undefined, 60), PROGRAM_HELP);
    assertEquals(helpText(SMALL_TABLE, SMALL_TABLE.commands[1], 40), COMMAND_HELP);
  },
});

const dashes = ({ name, negatable }: FlagRow) => negatable ? `--[no-]${name}` : `--${name}`;

for (const table of [CLIENT, SERVER]) {
  Deno.test({
    name: `helpText of ${table.name} has every row and is no wider than asked`,
    permissions,
    fn() {
      for (const width of [60, 80, 120]) {
        const text = helpText(table, undefined, width);
        for (const row of table.commands) {
          for (const word of row.name.split(" ")) assertMatch(text, new RegExp(`\\b${word}\\b`));
        }
        for (const line of text.split("\n")) assertEquals(textWidth(line) <= width, true, line);
      }
      for (const row of table.commands) {
        const text = helpText(table, row, 80);
        assertStringIncludes(text, row.summary);
        for (const flag of flagsOf(table.flags, row.name)) {
          assertStringIncludes(text, dashes(flag));
          if (flag.short) assertStringIncludes(text, `-${flag.short}, `);
        }
      }
    },
  });

  Deno.test({
    name: `helpText of ${table.name} fits a screen, and its examples are commands`,
    permissions,
    fn() {
      assertEquals(helpText(table, undefined, 80).split("\n").length <= 23, true);
      assertEquals(table.examples.length, 3);
      for (const [example] of table.examples) {
        const [name, ...args] = example.split(" ");
        assertEquals(name, table.name);
        const parsed: ProgramTable<never> = { ...table, takesWord: () => true };
        const { command, given } = parseCommandLine(args, parsed);
        assertEquals([command !== undefined, given.has("help")], [true, false], example);
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
    Deno.test({
      name: `${shell} -n accepts the completions of ${table.name}`,
      ...await needsProgram(shell, "-c", "true"),
      async fn() {
        const path = await Deno.makeTempFile();
        try {
          await Deno.writeTextFile(path, completionScript(table, shell));
          const { success, stderr } = await new Deno.Command(shell, { args: ["-n", path] })
            .output();
          assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
        } finally {
          await Deno.remove(path);
        }
      },
    });
  }
}
