/**
 * Every command of the README runs, in its order, as someone would who reads it: against a server
 * with the files that it speaks of.
 */

import { assert, assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { programFromTask } from "../../testing/programs/program.ts";
import { RunningProgram } from "../../testing/programs/running_program.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const OURS = /(?:^|\s)(?:ftserver|ftclient)\s/;
const ENV = { FTSERVER_PASSWORD: "correct horse", FTCLIENT_PASSWORD: "correct horse" };

/** The lines of all shell blocks that run our programs. */
async function commandLines(): Promise<string[]> {
  const text = await Deno.readTextFile(`${REPOSITORY}/README.md`);
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) => block!.split("\n"))
    .map((line) => line.replace(/\s#\s.*$/, "").trim())
    .filter((line) => OURS.test(line));
}

/** Whether a line serves until it is stopped. */
const serves = (line: string) =>
  /^ftserver (?!user|token|acl|fingerprint|status|locks|config|audit|scrub)/.test(line);

/** Scripts on the PATH that run the programs as their tasks do. */
async function writeScripts(bin: string): Promise<void> {
  await Deno.mkdir(bin);
  for (const name of ["ftserver", "ftclient"] as const) {
    const { path, args } = await programFromTask(name);
    const words = [path, ...args].map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
}

/** The files of the README, on both sides. */
async function writeFiles(work: string, shared: string): Promise<void> {
  const folders = ["photos", "src"].map((name) => `${work}/${name}`);
  const served = ["photos/2026", "archive/videos", "tmp"].map((name) => `${shared}/${name}`);
  for (const dir of [...folders, ...served]) await Deno.mkdir(dir, { recursive: true });
  for (
    const path of [
      ...[`${work}/holiday.mp4`, `${work}/photos/beach.jpg`, `${work}/photos/edit.tmp`],
      ...[`${work}/src/main.c`, `${shared}/holiday.mp4`, `${shared}/photos/a b.jpg`],
      ...[`${shared}/cat.jpg`, `${shared}/tmp/old`],
    ]
  ) await Deno.writeTextFile(path, `the content of ${path.split("/").at(-1)}`);
}

Deno.test({
  name: "every command of the README runs",
  ...await needsProgram("bash", "-c", "command -v tar sha256sum"),
  async fn() {
    await using dir = await tempDir();
    const [work, shared, home] = ["work", "shared", "home"].map((name) => dir.join(name));
    await writeScripts(dir.join("bin"));
    await writeFiles(work!, shared!);
    const state = `${home}/ftserver`;
    await using server = await ServerProcess.start({
      ...{ root: shared!, state, home, listen: "fts://127.0.0.1:0" },
      args: ["--anonymous", "write"],
    });
    const { pin } = await openIdentity(state);
    const rev = await keptVersion(server.url, pin);
    const { host } = new URL(server.url.replace("fts:", "http:"));
    const here = (line: string) =>
      line.replaceAll(/192\.168\.1\.20/g, host).replaceAll(/\b[0-9a-f]{64}\b/g, pin)
        .replaceAll("/tmp", dir.path).replace(/--port \d+/, "--port 0")
        .replace(/--rev \d+/, `--rev ${rev}`);
    const env = (home: string) => ({
      ...ENV,
      PATH: `${dir.join("bin")}:${Deno.env.get("PATH")}`,
      ...{ HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, FTCLIENT_HOST: server.url },
    });
    const start = (line: string, cwd = work!, own = home!) => {
      const bash = { path: "bash", args: ["-o", "pipefail", "-c"] };
      const options = { env: env(own), cwd, timeoutMs: 30_000 };
      const exec = line.includes("|") || line.startsWith("export") ? "" : "exec ";
      return RunningProgram.start(bash, [exec + here(line)], options);
    };
    await using chats = new AsyncDisposableStack();
    const lines = await commandLines();
    assert(lines.length > 25, `${lines.length} commands`);
    for (const [at, line] of lines.entries()) {
      if (serves(line)) {
        const own = dir.join(`served ${at}`);
        await writeFiles(own, `${own}/shared`);
        const port = line.includes("--port") ? line : `${line} --port 0`;
        await using program = start(port, own, own);
        await program.printed(/^ready$/m);
        program.signal("SIGTERM");
        assertEquals((await program.finished).code, 0, line);
      } else if (line.startsWith("ftclient chat")) {
        // Its input has ended, and it listens a while longer.
        chats.use(start(`${line} --linger 100`));
        await joined(server.url, pin, "bo");
      } else {
        await using program = start(line);
        const { code, stderr } = await program.finished;
        assertEquals([line, code, code === 0 ? "" : stderr], [line, 0, ""]);
      }
    }
  },
});

/** Replaces the content of a file, and returns the number of the version that is kept. */
async function keptVersion(url: string, pin: string): Promise<string> {
  await using client = await connect(url, { trust: {}, pin });
  const put = (text: string) =>
    client.put(new TextEncoder().encode(text), "report.odt", { existing: "overwrite" });
  for (const text of ["first", "second"]) await put(text);
  const { versions } = await client.remote();
  const [kept] = await versions.of("report.odt");
  return String(kept!.rev);
}

/** Waits until someone is in the chat. */
async function joined(url: string, pin: string, name: string): Promise<void> {
  await using client = await connect(url, { trust: {}, pin });
  const { chat } = await client.remote();
  while (!(await chat.who()).some((user) => user.name === name)) await Promise.resolve();
}
