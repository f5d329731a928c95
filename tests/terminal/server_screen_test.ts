/**
 * What the operator of a server sees on a real terminal.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_TMUX, Terminal } from "../../testing/terminal.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** A server with a file of 20 MiB. */
async function serving(dir: string): Promise<{ terminal: Terminal; url: string }> {
  await Deno.mkdir(`${dir}/root/many`, { recursive: true });
  await Deno.writeFile(`${dir}/root/a.bin`, new Uint8Array(20 << 20));
  for (let n = 0; n < 300; n++) await Deno.writeTextFile(`${dir}/root/many/${n}`, `${n}`);
  const args = ["-r", `${dir}/root`, "--state", `${dir}/state`, "-l", "ft://127.0.0.1:0"];
  const terminal = await Terminal.start("server.ts", args, dir);
  const [, url = ""] = /listening on (ft:\S+)/.exec(await terminal.shows("ready"))!;
  return { terminal, url };
}

Deno.test({
  name: "a server on a terminal prints one line for a file, one for a folder, and no log lines",
  ...NEEDS_TMUX,
  async fn() {
    await using dir = await tempDir();
    const { terminal, url } = await serving(dir.path);
    await using _terminal = terminal;
    const get = (...args: string[]) =>
      Terminal.start("client.ts", ["get", ...args, "-H", url], dir.path);
    await using one = await get("a.bin");
    await one.shows("exit 0");
    await terminal.shows(/^\d\d:\d\d {2}anonymous {2}get {2}a\.bin {2}20\.0 MiB {2}\d+\.\d s$/m);
    await using all = await get("-r", "many");
    await all.shows("exit 0");
    const screen = await terminal.shows(/^\d\d:\d\d {2}anonymous {2}get {2}many\/ \(300 files\)/m);
    assertEquals(/transfer\.|connection\.|server\.|\bZ info/.exec(screen), null, screen);
  },
});

Deno.test({
  name: "sigint: a server says how long it waits for transfers, and stops at the second ^C",
  ...NEEDS_TMUX,
  async fn() {
    await using dir = await tempDir();
    const { terminal, url } = await serving(dir.path);
    await using _terminal = terminal;
    const args = ["get", "a.bin", "--bwlimit", "1M", "-H", url];
    await using client = await Terminal.start("client.ts", args, dir.path);
    await client.shows(/ [1-9]\d* %/);
    await terminal.press("C-c");
    await terminal.shows("stopping: waiting up to 10 s for 1 transfer; ctrl-C again stops now");
    await terminal.press("C-c");
    await terminal.shows(/exit 130\nicanon echo/);
  },
});
