/**
 * Completions in zsh, which only a terminal can ask for.
 */

import { CLIENT } from "../../lib/cli/client/client_program.ts";
import { completionScript } from "../../lib/cli/program/completion_script.ts";
import { SERVER } from "../../lib/cli/server/server_program.ts";
import { needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_TMUX, Terminal } from "../../testing/terminal.ts";

const NEEDS_ZSH = await needsProgram("zsh", "-c", "true");

/** What is typed, and the line after the Tab key. */
const LINES: Readonly<Record<string, RegExp>> = {
  "ftclient mkd": /=> ftclient mkdir$/,
  "ftclient get --ov": /=> ftclient get --overwrite$/,
  "ftclient get --progress p": /=> ftclient get --progress plain$/,
  "ftclient get --delete=": /=> ftclient get --delete=\nforever +kept$/,
  "ftclient help mkd": /=> ftclient help mkdir$/,
  "ftserver --anonymous w": /=> ftserver --anonymous write$/,
  "ftserver serve --roo": /=> ftserver serve --root$/,
  "ftserver user a": /=> ftserver user add$/,
};

Deno.test({
  name: "zsh completes commands, flags and choices",
  ...NEEDS_TMUX.ignore ? NEEDS_TMUX : NEEDS_ZSH,
  async fn() {
    await using dir = await tempDir();
    await Deno.writeTextFile(dir.join("client"), completionScript(CLIENT, "zsh"));
    await Deno.writeTextFile(dir.join("server"), completionScript(SERVER, "zsh"));
    await using terminal = await Terminal.open(["zsh", "-f"], { cwd: dir.path });
    await terminal.shows(/[#%]$/);
    await terminal.type(
      "autoload -Uz compinit; compinit -u -d dump; . ./client; . ./server; PS1='=> '",
    );
    await terminal.press("Enter");
    for (const [typed, completed] of Object.entries(LINES)) {
      await terminal.press("C-l");
      await terminal.shows(/^=>$/);
      await terminal.type(typed);
      await terminal.press("Tab");
      await terminal.shows(completed);
      await terminal.press("C-c");
    }
  },
});
