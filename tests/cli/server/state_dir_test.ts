import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { createStateDir, stateDir } from "../../../lib/cli/server/state_dir.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const noEnv = () => undefined;

Deno.test({
  name: "stateDir uses the flag, XDG_STATE_HOME or HOME, and refuses without all of them",
  permissions: "none",
  fn() {
    const env = (values: Record<string, string>) => (name: string) => values[name];
    assertEquals(stateDir("s", noEnv), "s");
    assertEquals(stateDir(undefined, env({ XDG_STATE_HOME: "/x", HOME: "/h" })), "/x/ftserver");
    assertEquals(stateDir(undefined, env({ HOME: "/h" })), "/h/.local/state/ftserver");
    assertThrows(() => stateDir(undefined, noEnv), FtError, "--state");
  },
});

Deno.test("createStateDir creates the folder and its parents, only for their owner", async () => {
  await using dir = await tempDir();
  const path = await createStateDir(dir.join("a/b"), noEnv);
  for (const created of [path, dir.join("a")]) {
    assertEquals((await Deno.stat(created)).mode! & 0o777, 0o700);
  }
  assertEquals(await createStateDir(path, noEnv), path);
});

Deno.test("createStateDir names a folder that it cannot create", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("file"), "");
  for (const [path, code] of [["file", "conflict"], ["file/below", "not_found"]] as const) {
    const error = await assertRejects(() => createStateDir(dir.join(path), noEnv), FtError);
    assertEquals([error.code, error.subject], [code, dir.join(path)]);
  }
});

Deno.test("every command of ftserver exits with one line if the state folder is unusable", async () => {
  await using dir = await tempDir();
  const file = dir.join("file");
  await Deno.writeTextFile(file, "");
  const commands: [string[], number][] = [
    [["serve", "--log-level", "error", "--listen", "ft://127.0.0.1:0"], 7],
    [["serve", "--log-level", "error", "--listen", "fts://127.0.0.1:0"], 7],
    [["fingerprint"], 7],
    [["user", "list"], 7],
    [["token", "list"], 7],
    [["acl", "list"], 7],
    [["status"], 5],
  ];
  for (const [args, code] of commands) {
    const host = capturedHost();
    const root = args[0] === "serve" ? ["--root", dir.join("root")] : [];
    assertEquals(await runServer([...args, ...root, "--state", file], host), code, args.join(" "));
    assertEquals([host.stdout.text, host.stderr.lines.length], ["", 1], host.stderr.text);
    assertEquals(host.stderr.text.includes(file), true, host.stderr.text);
  }
  const [homeless] = [capturedHost()];
  assertEquals(await runServer(["user", "list"], homeless), 2);
  assertEquals(homeless.stderr.lines, ["ftserver: no home folder: use --state DIR"]);
});
