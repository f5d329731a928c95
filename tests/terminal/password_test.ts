/**
 * Password prompts on a real terminal.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Users } from "../../lib/auth/users.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { NEEDS_TMUX, Terminal } from "../../testing/terminal.ts";

const PASSWORD = "right horse";

/** Adds a user, and starts a client on a terminal that asks for the password. */
async function asked(local: TestServer): Promise<Terminal> {
  using database = openAuthDatabase(local.state);
  await new Users(database).add("ana", "read", PASSWORD);
  const args = ["ls", "--user", "ana", "-H", local.url];
  const terminal = await Terminal.start("client.ts", args, local.dir.path);
  await terminal.shows(/^Password for ana:$/m);
  return terminal;
}

Deno.test({
  name: "secret-not-in-argv-log-or-error: a password is not shown while it is typed",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer({ anonymous: "none" });
    await Deno.writeTextFile(`${local.root}/seen.txt`, "");
    await using terminal = await asked(local);
    await terminal.type(`${PASSWORD}!!`);
    await terminal.press("BSpace", "BSpace", "Enter");
    const screen = await terminal.shows(/exit 0\nicanon echo/);
    assertEquals(screen.match(/right|horse|\*/), null);
    assertEquals(screen.includes("seen.txt"), true);
  },
});

Deno.test({
  name: "sigint: ^C at a password prompt exits with 130 and restores the terminal",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer({ anonymous: "none" });
    await using terminal = await asked(local);
    await terminal.type("right");
    await terminal.press("C-c");
    const screen = await terminal.shows(/exit 130\nicanon echo/);
    assertEquals(screen.includes("right"), false);
  },
});
