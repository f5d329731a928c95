import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { completionScript } from "../../../lib/cli/program/completion_script.ts";
import { type FlagRow, flagsOf } from "../../../lib/cli/program/flag_table.ts";
import { helpText } from "../../../lib/cli/program/help_text.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import { SMALL_TABLE } from "./small_table.ts";
import { textWidth } from "../../../lib/cli/format/text_width.ts";
import { needsProgram } from "../../../testing/skip.ts";

const permissions = "none";

const PROGRAM_HELP = `prog: does things

Usage: prog [COMMAND] [options]
       prog COMMAND --help

Commands:
  run             run it
  get NAME…       take [one]: it's free
  user add NAME   add a user
  user list       list users
  help [COMMAND]  print help, or the help of a command
  version         print the version

Options for every command:
  -f, --file FILE  input
  -h, --help       print

Options for run:
  -r, --root DIR    folder to use (default: here)
      --[no-]color  use colour (default: true)

Options for get:
      --[no-]color              use colour (default: true)
      --level LEVEL             how much
      --match-a-very-long-flag-name VALUE
                                a pattern that is so long
                                that it wraps

Each option is also an environment variable (PROG_ROOT) and
a key of $XDG_CONFIG_HOME/ft/prog.json; the command line
wins, then the environment.`;

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
  -h, --help                    print`;

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
