/**
 * `chat`, `shell` and the console on a real terminal.
 */

import { tempDir } from "../../testing/temp_dir.ts";
import { assertEquals } from "@std/assert";
import { testServer } from "../../testing/test_server.ts";
import { NEEDS_TMUX, Terminal } from "../../testing/terminal.ts";

/** The screen from the first row that matches. */
const from = (screen: string, first: string) => screen.slice(screen.indexOf(first));

Deno.test({
  name: "chat keeps the line being typed when messages arrive",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer();
    await using terminal = await Terminal.start(
      "client.ts",
      ["chat", "--name", "ana", "-H", local.url],
      local.dir.path,
    );
    await terminal.shows(/^ana:$/m);
    await terminal.type("half a li");
    await terminal.shows("ana: half a li");
    local.server.chat.broadcast("first\x1b[2J");
    local.server.chat.broadcast("second");
    await terminal.shows("SERVER: second");
    await terminal.press("Left", "Left");
    await terminal.type("very long ");
    const screen = await terminal.shows("very long");
    assertEquals(
      from(screen, "SERVER: first"),
      [
        "SERVER: first\\x1b[2J",
        "SERVER: second",
        "ana: half a very long li",
      ].join("\n"),
    );
    assertEquals(await terminal.column(), "ana: half a very long ".length);
    await terminal.press("Enter", "Up");
    await terminal.shows(/ana: half a very long li\nana: half a very long li$/);
    await terminal.press("C-u", "C-d");
    await terminal.shows(/exit 0\nicanon echo/);
  },
});

Deno.test({
  name: "chat shows earlier messages with their time, and why a name got a number",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer();
    await using remote = await local.connect();
    await using _seat = await remote.chat.join({ name: "ana" });
    for (const text of ["one", "two", "three"]) await remote.chat.say(text);
    const args = ["chat", "--name", "ana", "--history", "2", "-H", local.url];
    await using terminal = await Terminal.start("client.ts", args, local.dir.path);
    await terminal.shows(/^ana2:$/m);
    const screen = await terminal.shows(/\d\d:\d\d {2}ana: three/);
    assertEquals(screen.includes("* joined the chat as ana2: someone is here as ana\n"), true);
    assertEquals(
      /:\d\d {2}ana: (\w+)/g[Symbol.matchAll](screen).map(([, text]) => text).toArray(),
      [
        "two",
        "three",
      ],
    );
  },
});

Deno.test({
  name: "sigint: chat exits with 130 at ^C and restores the terminal",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer();
    await using terminal = await Terminal.start(
      "client.ts",
      ["chat", "--name", "ana", "-H", local.url],
      local.dir.path,
    );
    await terminal.shows(/^ana:$/m);
    await terminal.press("C-c");
    await terminal.shows(/exit 130\nicanon echo/);
  },
});

Deno.test({
  name: "chat exits with 4 when the operator kicks the user, and restores the terminal",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer();
    await using terminal = await Terminal.start(
      "client.ts",
      ["chat", "--name", "ana", "-H", local.url],
      local.dir.path,
    );
    await terminal.shows(/^ana:$/m);
    await terminal.type("half a line");
    await terminal.shows("half a line");
    local.server.chat.kick("ana");
    // The line being typed is gone: its rest would look like a prompt.
    await terminal.shows(/removed from the chat by the operator\nexit 4\nicanon echo/);
  },
});

Deno.test({
  name: "shell completes names, transfers in the background, and shows messages above the prompt",
  ...NEEDS_TMUX,
  async fn() {
    await using local = await testServer({ announceUploads: false });
    await Deno.mkdir(`${local.root}/reports/2026`, { recursive: true });
    await Deno.writeTextFile(`${local.root}/reports/2026/my notes.txt`, "notes");
    await using terminal = await Terminal.start(
      "client.ts",
      ["shell", "--name", "ana", "-H", local.url],
      local.dir.path,
    );
    await terminal.shows("ft:/>");
    await terminal.type("cd re");
    await terminal.press("Tab", "Tab");
    await terminal.shows("ft:/> cd reports/2026/");
    await terminal.press("Enter");
    await terminal.shows("ft:/reports/2026>");
    await terminal.type("get my");
    await terminal.press("Tab");
    await terminal.shows("get my\\ notes.txt");
    await terminal.press("Enter");
    await terminal.shows(/: 5 B in .*, verified$/m);
    assertEquals(await Deno.readTextFile(local.dir.join("my notes.txt")), "notes");
    await terminal.type("pw");
    local.server.chat.broadcast("hello");
    await terminal.shows(/SERVER: hello\nft:\/reports\/2026> pw$/);
    await terminal.type("d");
    await terminal.press("Enter");
    await terminal.shows(/^\/reports\/2026$/m);
    await terminal.type("sair");
    await terminal.press("Enter");
    await terminal.shows(/exit 0\nicanon echo/);
    const history = await Deno.readTextFile(local.dir.join("ft/history"));
    assertEquals(history.split("\n").slice(0, 2), ["cd reports/2026/", "get my\\ notes.txt "]);
  },
});

Deno.test({
  name: "the console keeps the line being typed below log lines, and /quit exits with 0",
  ...NEEDS_TMUX,
  async fn() {
    await using dir = await tempDir();
    const folders = ["-r", dir.join("root"), "--state", dir.join("state")];
    const args = [...folders, "-l", "ft://127.0.0.1:0"];
    await using terminal = await Terminal.start("server.ts", args, dir.path);
    const [, url = ""] = /listening on (ft:\S+)/.exec(await terminal.shows("ready"))!;
    await terminal.type("hello al");
    await terminal.shows("> hello al");
    await using other = await Terminal.start(
      "client.ts",
      ["chat", "--name", "ana", "-H", url],
      dir.path,
    );
    await other.shows(/^ana:$/m);
    await terminal.shows(/\d\d:\d\d {2}\* ana joined\n> hello al$/);
    await terminal.type("l");
    await terminal.press("Enter");
    await other.shows("SERVER: hello all");
    await terminal.type("/quit");
    await terminal.press("Enter");
    await terminal.shows(/exit 0\nicanon echo/);
    await other.shows("the server is stopping");
  },
});
