/**
 * Asks the shells that are installed for completions.
 */

import { assertEquals } from "@std/assert";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { completionScript, type Shell } from "../../../lib/cli/program/completion_script.ts";
import type { ProgramTable } from "../../../lib/cli/program/program_table.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import { SMALL_TABLE } from "./small_table.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { needsProgram } from "../../../testing/skip.ts";

const BASH = `
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
compopt() { echo "compopt $*"; }
"_$1"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** Runs a script in a shell, with a completion script as its first argument. */
async function ask(
  shell: Shell,
  script: string,
  table: ProgramTable<never>,
  words: readonly string[],
): Promise<string[]> {
  await using dir = await tempDir();
  const path = dir.join("completions");
  await Deno.writeTextFile(path, completionScript(table, shell));
  const own = shell === "bash" ? ["--norc", "-c", script, "bash"] : ["-N", "-c", script];
  const { stdout, stderr } = await new Deno.Command(shell, {
    args: [...own, path, ...words],
    cwd: dir.path,
    env: { HOME: dir.path },
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).split("\n").map((line) => line.split("\t")[0]!)
    .filter((line) => line !== "");
}

const SHELLS = {
  bash: (table: ProgramTable<never>, words: readonly string[]) => ask("bash", BASH, table, words),
  fish: (table: ProgramTable<never>, words: readonly string[]) =>
    ask("fish", "source $argv[1]; complete -C (string join -- ' ' $argv[2..])", table, words),
};

Deno.test(
  "bash completes a value that may be missing as a part of its flag",
  await needsProgram("bash", "-c", "true"),
  async () => {
    const offered = await SHELLS.bash(CLIENT, ["ftclient", "get", "--delete="]);
    assertEquals(offered.sort(), ["--delete=forever", "--delete=kept"]);
    assertEquals(await SHELLS.bash(CLIENT, ["ftclient", "get", "--delete", "--ov"]), [
      "--overwrite",
    ]);
  },
);

for (const [shell, offers] of Object.entries(SHELLS)) {
  Deno.test(
    `${shell} completes commands, flags and choices`,
    await needsProgram(shell, "-c", "true"),
    async () => {
      assertEquals(await offers(CLIENT, ["ftclient", "mkd"]), ["mkdir"]);
      assertEquals(await offers(CLIENT, ["ftclient", "--json", "pi"]), ["ping"]);
      assertEquals(await offers(CLIENT, ["ftclient", "get", "--ov"]), ["--overwrite"]);
      assertEquals(await offers(CLIENT, ["ftclient", "ls", "--ov"]), []);
      assertEquals(await offers(CLIENT, ["ftclient", "help", "mkd"]), ["mkdir"]);
      assertEquals(await offers(CLIENT, ["ftclient", "version", "--no-c"]), ["--no-color"]);
      assertEquals(await offers(CLIENT, ["ftclient", "get", "--progress", "p"]), ["plain"]);
      // Flags of the default command are offered with and without its name.
      for (const words of [["ftserver"], ["ftserver", "serve"]]) {
        assertEquals(await offers(SERVER, [...words, "--anonymous", "w"]), ["write"]);
        assertEquals(await offers(SERVER, [...words, "--roo"]), ["--root"]);
      }
    },
  );
}

Deno.test("completionScript makes the scripts of a small program, for every shell", async () => {
  for (const shell of ["bash", "zsh", "fish"] as const) {
    const path = new URL(`completions/prog.${shell}`, import.meta.url);
    assertEquals(completionScript(SMALL_TABLE, shell), await Deno.readTextFile(path), shell);
  }
});
