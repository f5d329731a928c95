/**
 * `ftserver [serve] [PATH]`: which folder is served, and how wrong ones are refused.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { programFromTask } from "../../../testing/programs/program.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

/** Runs `ftserver` with words that it refuses. */
async function refused(home: string, ...words: string[]): Promise<[number, string]> {
  const host = capturedHost({ XDG_CONFIG_HOME: home, XDG_STATE_HOME: home });
  const code = await runServer(words, host);
  assertEquals(host.stdout.text, "");
  return [code, host.stderr.text.trimEnd().replaceAll(home, "HOME")];
}

Deno.test("what cannot be served is refused in one line that names it", async () => {
  await using dir = await tempDir();
  const file = dir.join("a.txt");
  await Deno.writeTextFile(file, "x");
  const both = /PATH and --root both name what to serve/;
  const above = /cannot serve HOME\/x\/y: the folder above it does not exist/;
  const hint = /HOME\/a\.txt \(to serve it alone: ftserver HOME\/a\.txt\)/;
  const rows: [words: string[], code: number, message: RegExp][] = [
    [["--root", dir.path, dir.path], 2, both],
    [["serve", dir.path, "--root", dir.path], 2, both],
    [["serve", dir.path, dir.path], 2, /serve takes no more arguments/],
    [[dir.join("x/y")], 3, above],
    [["--root", dir.join("x/y")], 3, above],
    [["--root", file], 2, /it is a file, not a folder: HOME\/a\.txt/],
    [["--root", file], 2, hint],
    [["--root", file, file], 2, both],
    [["holiday.mp4"], 3, /not found: holiday\.mp4/],
    [["serve", dir.join("a.text")], 3, /not found: HOME\/a\.text/],
    [["/dev/null"], 2, /it is neither a file nor a folder: \/dev\/null/],
    [["--root", "/dev/null"], 2, /it is neither a file nor a folder/],
    [["srve"], 2, /unknown command: srve; did you mean serve\?/],
    [["-p", "1", "-l", "ft://127.0.0.1:0", dir.path], 2, /--port and --listen exclude each other/],
    [["--port", "65535", dir.path], 2, /--port: expected at most 65534/],
  ];
  for (const [words, code, message] of rows) {
    const [actual, stderr] = await refused(dir.path, ...words);
    assertEquals([words, actual], [words, code]);
    assertMatch(stderr.split("\n").at(-1)!, message);
  }
});

Deno.test("PATH is the served folder, and one that is missing is created and named", async () => {
  await using dir = await tempDir();
  const program = await programFromTask("ftserver");
  const state = dir.join("state");
  const options = { cwd: dir.path, env: { XDG_CONFIG_HOME: state, XDG_STATE_HOME: state } };
  await Deno.mkdir(dir.join("photos"));
  // A folder that exists needs no slash; a command's name is a folder after `serve`.
  const rows: [words: string[], folder: string, created: boolean][] = [
    [["photos"], "photos", false],
    [["./new"], "new", true],
    [["serve", "status"], "status", true],
    [[], "server_files", true],
  ];
  for (const [words, folder, created] of rows) {
    await using running = RunningProgram.start(program, [...words, "--port", "0"], options);
    await running.printed(/^ready$/m);
    assertMatch(running.stdout, /^listening on fts:\/\/127\.0\.0\.1:\d+\nlistening on ft:/);
    const root = dir.join(folder);
    assertMatch(running.stderr, new RegExp(`server\\.start.* root=${root}$`, "m"));
    const said = new RegExp(`root\\.created root=${root}$`, "m").test(running.stderr);
    assertEquals([folder, said], [folder, created]);
    assertEquals((await Deno.stat(root)).isDirectory, true);
    running.signal("SIGTERM");
    assertEquals((await running.finished).code, 0);
  }
});
