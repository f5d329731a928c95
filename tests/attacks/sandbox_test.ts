/**
 * What the docs say about confining a server: the documented command, what the permissions of the
 * runtime do not stop, and what does.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { KnownHosts } from "../../lib/client/trust/known_hosts.ts";
import { splitWords } from "../../testing/programs/program.ts";
import { RunningProgram, runProgram } from "../../testing/programs/running_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { NEEDS_POSIX, needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const deno = (...args: string[]) => ({ path: Deno.execPath(), args });

/** The command in a section of SECURITY.md, as its words. */
async function documentedCommand(): Promise<string[]> {
  const page = await Deno.readTextFile(join(REPOSITORY, "docs/SECURITY.md"));
  const [, section = ""] = page.split("## Permissions of the programs");
  const [, block = ""] = /```sh\n(.*?)```/s.exec(section) ?? [];
  return splitWords(block.replaceAll("\\\n", " "));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test(
  "the documented command with scoped permissions starts a server that works",
  NEEDS_POSIX,
  async () => {
    await using dir = await tempDir();
    const port = freePort();
    const [program, ...words] = (await documentedCommand()).map((word) =>
      word.replaceAll("/srv/files", dir.join("files")).replaceAll("/var/lib/ft", dir.join("state"))
        .replaceAll("9998", String(port))
    );
    assertEquals([program, words[0], words.includes("server.ts")], ["deno", "run", true]);
    await Deno.mkdir(dir.join("home/.config/ft"), { recursive: true });
    await Deno.writeTextFile(dir.join("home/.config/ft/server.json"), "{ not JSON");
    const env = { HOME: dir.join("home"), NOTIFY_SOCKET: dir.join("socket") };
    const options = { env, cwd: REPOSITORY, timeoutMs: Infinity };
    await using server = RunningProgram.start(deno(), words, options);
    await Promise.race([server.printed(/^ready$/m), server.finished]);
    assertMatch(server.stdout, /^ready$/m, server.stderr);
    const knownHosts = new KnownHosts(dir.join("known_hosts"));
    const endpoint = parseEndpoint(`fts://127.0.0.1:${port}`);
    await Deno.writeFile(dir.join("files/big"), new Uint8Array(3_000_000));
    await using remote = await openRemote(endpoint, { timeoutMs: 10_000, trust: { knownHosts } });
    assertEquals((await remote.files.stat("big")).bytes, 3_000_000);
    assertEquals((await remote.files.sum("big", "md5")).length, 32);
    assert(!server.stderr.includes("unavailable"), server.stderr);
  },
);

Deno.test("a config file that is named must be readable, in any sandbox", NEEDS_POSIX, async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("server.json"), "{}");
  const words = ["run", "--no-prompt", "--allow-env", join(REPOSITORY, "server.ts"), "config"];
  const named = [...words, "--print", "--config", dir.join("server.json")];
  const { code, stderr } = await runProgram(deno(), named);
  assertEquals([code, stderr.split(":")[0]], [4, "ftserver"], stderr);
  assertStringIncludes(stderr, dir.join("server.json"));
});

/** A program that tries to leave `DIR/jail` through a link, and prints what worked. */
const ESCAPE = `
const [dir] = Deno.args;
const ways = {
  read: (out) => Deno.readTextFileSync(out + "/file"),
  write: (out) => Deno.writeTextFileSync(out + "/new", "x"),
  mkdir: (out) => Deno.mkdirSync(out + "/folder"),
  rename: (out) => Deno.renameSync(out + "/new", out + "/renamed"),
  remove: (out) => Deno.removeSync(out + "/renamed"),
};
const worked = (out) => Object.entries(ways).flatMap(([name, way]) => {
  try { way(out); return [name]; } catch { return []; }
}).join();
console.log(worked(dir + "/outside") + ";" + worked(dir + "/jail/link"));
`;

async function scene() {
  const dir = await tempDir();
  await Deno.mkdir(dir.join("jail"));
  await Deno.mkdir(dir.join("outside"));
  await Deno.writeTextFile(dir.join("outside/file"), "secret");
  await Deno.symlink("../outside", dir.join("jail/link"));
  await Deno.writeTextFile(dir.join("escape.js"), ESCAPE);
  return dir;
}

Deno.test(
  "symlink-parent: the runtime's own permissions follow a link out of their folder",
  NEEDS_POSIX,
  async () => {
    await using dir = await scene();
    const scope = [`--allow-read=${dir.join("jail")}`, `--allow-write=${dir.join("jail")}`];
    const words = ["run", "--no-prompt", ...scope, dir.join("escape.js"), dir.path];
    const { stdout, stderr } = await runProgram(deno(), words);
    // If this fails, the runtime got better, and docs/SECURITY.md can say so.
    assertEquals(stdout, ";read,write,mkdir,rename,remove\n", stderr);
  },
);

const NEEDS_NAMESPACE = await needsProgram("unshare", "-m", "sh", "-c", "mount --make-rprivate /");

Deno.test(
  "symlink-parent: a mount namespace with one writable folder stops every change outside",
  NEEDS_NAMESPACE,
  async () => {
    await using dir = await scene();
    const jail = dir.join("jail");
    const script = `mount --make-rprivate / && mount --bind ${jail} ${jail} &&
    mount --bind ${dir.join("outside")} ${dir.join("outside")} &&
    mount -o remount,bind,ro ${dir.join("outside")} && touch ${jail}/inside &&
    exec ${Deno.execPath()} run -A ${dir.join("escape.js")} ${dir.path}`;
    const { stdout, stderr } = await runProgram({ path: "unshare", args: ["-m", "sh", "-c"] }, [
      script,
    ]);
    assertEquals(stdout, "read;read\n", stderr);
    assertEquals([...Deno.readDirSync(jail)].map(({ name }) => name).sort(), ["inside", "link"]);
  },
);

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const NEEDS_NOBODY = await needsProgram("setpriv", ...NOBODY, "true");

Deno.test(
  "symlink-parent-swap-race: only a user who can write to a folder can swap what is in it",
  NEEDS_NOBODY,
  async () => {
    await using dir = await tempDir();
    await Deno.chmod(dir.path, 0o755);
    /** Whether another user can swap a folder of the server's in one with this mode. */
    const canSwap = async (mode: number) => {
      await Deno.mkdir(dir.join("served/d"), { recursive: true });
      await Deno.chmod(dir.join("served"), mode);
      const swap = 'cd "$1" && mv d aside && ln -s /tmp d';
      const args = [...NOBODY, "sh", "-c", swap, "sh", dir.join("served")];
      const { code } = await runProgram({ path: "setpriv", args }, []);
      await Deno.remove(dir.join("served"), { recursive: true });
      return code === 0;
    };
    assertEquals(await canSwap(0o755), false);
    assertEquals(await canSwap(0o1777), false, "the sticky bit");
    assertEquals(await canSwap(0o777), true);
  },
);

const UNIT = join(REPOSITORY, "packaging/systemd/ftserver.service");

Deno.test(
  "the systemd unit is valid, and only its own folders are writable",
  await needsProgram("systemd-analyze", "--version"),
  async () => {
    await using dir = await tempDir();
    // The program and its page need not be installed where this runs.
    const text = (await Deno.readTextFile(UNIT))
      .replaceAll("/usr/local/bin/ftserver", Deno.execPath()).replace(/^Documentation=.*$/m, "");
    for (const line of ["ProtectSystem=strict", "DynamicUser=yes", "StateDirectory=ftserver"]) {
      assertMatch(text, new RegExp(`^${line}$`, "m"));
    }
    await Deno.writeTextFile(dir.join("ftserver.service"), text);
    // A drop-in as the docs suggest it.
    await Deno.mkdir(dir.join("ftserver.service.d"));
    const dropIn = `[Service]\nReadWritePaths=${dir.path}\n`;
    await Deno.writeTextFile(dir.join("ftserver.service.d/folder.conf"), dropIn);
    const analyze = { path: "systemd-analyze", args: [] };
    const { code, stderr } = await runProgram(analyze, ["verify", dir.join("ftserver.service")]);
    assertEquals([code, stderr], [0, ""]);
    const security = ["security", "--offline=true", "--threshold=20", "--no-pager"];
    const { stdout } = await runProgram(analyze, [...security, dir.join("ftserver.service")]);
    assertMatch(stdout, /overall exposure level for ftserver.service: 1\.\d OK/i);
  },
);
