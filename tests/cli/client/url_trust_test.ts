/**
 * Every command takes URLs, and none trusts one with a wrong pin or accepts a foreign token.
 */

import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../lib/auth/permission.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { CLIENT_COMMANDS } from "../../../lib/cli/client/client_commands.ts";
import { runClient } from "../../../lib/cli/client/client_program.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { testServer } from "../../../testing/test_server.ts";
import { soon } from "../../../testing/with_timeout.ts";

const OTHER_PIN = "ab".repeat(32);
/** The command lines; URL stands for that of a file, NEW and DIR for those of others. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  get: ["URL", "-o", "-"],
  put: ["LOCAL", "NEW"],
  ls: ["DIR"],
  du: ["DIR"],
  stat: ["URL"],
  sum: ["URL"],
  lock: ["URL"],
  edit: ["URL"],
  unlock: ["URL"],
  share: ["URL"],
  mkdir: ["MADE"],
  mv: ["URL", "MOVED"],
  rm: ["MOVED"],
  versions: ["MOVED"],
  restore: ["MOVED"],
  watch: ["FOLDER", "--to", "WATCHED", "--once"],
};

Deno.test("every command with URLs takes their pin and token, and refuses wrong and foreign ones", async () => {
  await using server = await testServer({ listen: ["fts://127.0.0.1:0"], anonymous: "none" });
  await using dir = await tempDir();
  await Deno.mkdir(`${server.root}/docs/made`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/docs/a.txt`, "hello");
  await Deno.writeTextFile(dir.join("new.txt"), "new");
  await Deno.mkdir(dir.join("watched"));
  const { pin } = await openIdentity(server.state);
  using database = openAuthDatabase(server.state);
  const tokens = new Tokens(database);
  const scope = { actions: ACTIONS, once: false };
  const right = tokens.add({ name: "right", paths: ["docs"], ...scope });
  const foreign = tokens.add({ name: "foreign", paths: ["elsewhere"], ...scope });
  const named = CLIENT_COMMANDS.filter(({ onServer }) => onServer !== undefined);
  assertEquals(Object.keys(LINES).sort(), named.map(({ name }) => name).sort());
  const run = async (command: string, fragment: string, state: string) => {
    const url = (path: string) => `${server.url}/docs/${path}#${fragment}`;
    const words = {
      ...{ LOCAL: dir.join("new.txt"), DIR: url(""), NEW: url("new.txt"), URL: url("a.txt") },
      ...{ MADE: url("made/in"), MOVED: url("b.txt"), FOLDER: dir.join("watched") },
      WATCHED: url("watched"),
    };
    const args = LINES[command]!.map((word) => words[word as keyof typeof words] ?? word);
    const env = { XDG_STATE_HOME: dir.join(state), FTCLIENT_RETRIES: "0", EDITOR: "true" };
    const host = capturedHost(env);
    const code = await soon(runClient([command, ...args], host));
    const shown = host.stdout.text + host.stderr.text;
    assert(![right, foreign].some((token) => shown.includes(token)), shown);
    return { code, what: `${command} ${fragment.replace(/\..*/, "")}: ${shown}` };
  };
  for (const command of Object.keys(LINES)) {
    // A wrong pin counts for a server that is known as well as for one that is new.
    for (const state of ["new", "known"]) {
      const wrong = await run(command, `${OTHER_PIN}.${right}`, state);
      assertEquals(wrong.code, 10, wrong.what);
    }
    const stranger = await run(command, `${pin}.${foreign}`, "known");
    assertEquals(stranger.code, 4, stranger.what);
  }
  // One alone, as each delays the next login of its host.
  assertEquals((await run("stat", `${pin}.ft_unknown`, "known")).code, 4);
  for (const command of Object.keys(LINES)) {
    const { code, what } = await run(command, `${pin}.${right}`, "known");
    assertEquals(code, 0, what);
  }
});
