/**
 * The names that a shell gets to complete a line.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { CLIENT, runClient } from "../../../lib/cli/client/client_program.ts";
import { completeNames } from "../../../lib/cli/client/complete_names.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { completionScript } from "../../../lib/cli/program/completion_script.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { scriptedServer } from "../../../testing/network/scripted_server.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { testServer } from "../../../testing/test_server.ts";
import { soon } from "../../../testing/with_timeout.ts";

async function scene(options: Parameters<typeof testServer>[0] = {}) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer(options));
  const dir = stack.use(await tempDir());
  await Deno.mkdir(`${server.root}/photos/2026`, { recursive: true });
  for (const name of ["photos/a b.jpg", "plan.txt"]) {
    await Deno.writeTextFile(`${server.root}/${name}`, "text");
  }
  const owned = stack.move();
  const run = async (args: string[], env: Record<string, string> = {}) => {
    const host = capturedHost({ XDG_STATE_HOME: dir.path, FTCLIENT_RETRIES: "0", ...env });
    const code = await soon(runClient(args, host));
    return { code, stdout: host.stdout.text, stderr: host.stderr.text };
  };
  const complete = async (
    line: string,
    env: Record<string, string> = {},
    timeoutMs = 60_000,
  ) => {
    const host = capturedHost({ XDG_STATE_HOME: dir.path, ...env });
    const code = await soon(completeNames(CLIENT, `ftclient ${line}`, host, timeoutMs));
    assertEquals([code, host.stderr.text], [0, ""]);
    return host.stdout.lines;
  };
  return { server, dir, run, complete, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("names on the server complete a line, with its host, a URL or a saved server", async () => {
  await using at = await scene();
  const { server: { url }, run, complete } = at;
  const env = { FTCLIENT_HOST: url };
  await run(["alias", "home", `${url}/photos`]);
  assertEquals(await complete("get p", env), ["photos/", "plan.txt"]);
  assertEquals(await complete("get plan.txt pl", env), ["plan.txt"]);
  assertEquals(await complete("get photos/", env), ["photos/2026/", "photos/a b.jpg"]);
  assertEquals(await complete("get photos/a\\ ", env), ["photos/a b.jpg"]);
  assertEquals(await complete(`ls --host ${url} /ph`), ["/photos/"]);
  assertEquals(await complete(`stat ${url}/pl`), [`${url}/plan.txt`]);
  assertEquals(await complete("stat ho"), ["home:/"]);
  assertEquals(await complete("stat home:/a"), ["home:/a b.jpg"]);
  assertEquals(await complete("put x ho", env), ["home:/"]);
  assertEquals(await run(["__complete", "ftclient stat ho"]), {
    ...{ code: 0, stdout: "home:/\n", stderr: "" },
  });
  // Nothing of these is a name on a server, or a line that can be understood.
  for (const line of ["", "pin", "ping ", "get --nonsense x", "get none/", "say p", "get 'open"]) {
    assertEquals(await complete(line, env), [], line);
  }
});

Deno.test("no-prompt-without-terminal: completion asks for no password, and uses one that is set", async () => {
  await using at = await scene({ anonymous: "none" });
  {
    using database = openAuthDatabase(at.server.state);
    await new Users(database).add("ana", "read", "right horse");
  }
  const env = { FTCLIENT_HOST: at.server.url, FTCLIENT_USER: "ana" };
  assertEquals(await at.complete("get p", env), []);
  const right = { ...env, FTCLIENT_PASSWORD: "right horse" };
  assertEquals(await at.complete("get p", right), ["photos/", "plan.txt"]);
});

Deno.test("completion trusts no new server", async () => {
  await using at = await scene({ listen: ["fts://127.0.0.1:0"] });
  const { server, dir, run, complete } = at;
  const env = { FTCLIENT_HOST: server.url };
  assertEquals(await complete("get p", env), []);
  const known = await Deno.readTextFile(dir.join("ft/known_hosts")).catch(() => "");
  assertEquals(known, "");
  const { pin } = await openIdentity(server.state);
  assertEquals(await complete(`get p`, { ...env, FTCLIENT_PIN: pin }), ["photos/", "plan.txt"]);
  await run(["ls", "--host", server.url]);
  assertEquals(await complete("get p", env), ["photos/", "plan.txt"]);
});

Deno.test("a server that does not answer ends completion after its time, without a word", async () => {
  await using at = await scene();
  await using silent = scriptedServer(async (peer) => {
    while (await peer.hear() !== null);
  });
  const env = { FTCLIENT_HOST: `ft://127.0.0.1:${silent.port}` };
  assertEquals(await at.complete("get p", env, 50), []);
  assertEquals(silent.connections, 1);
});

Deno.test(
  "bash replaces what is after the last colon, and keeps a folder open",
  await needsProgram("bash", "-c", "true"),
  async () => {
    await using dir = await tempDir();
    await Deno.writeTextFile(dir.join("completions"), completionScript(CLIENT, "bash"));
    const script = `
      ftclient() { printf '%s\\n' "$ANSWER"; printf '%s|' "$@" >&2; }
      compopt() { echo "compopt $*"; }
      source "$1"; COMP_WORDBREAKS=' :'
      COMP_LINE=$2 COMP_POINT=\${#2}; shift 2
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _ftclient; printf '[%s]' "\${COMPREPLY[@]}"`;
    const offered = async (line: string, words: string[], answer: string) => {
      const args = ["--norc", "-c", script, "bash", dir.join("completions"), line, ...words];
      const env = { ANSWER: answer };
      const { stdout } = await new Deno.Command("bash", { args, env, stdin: "null" }).output();
      return new TextDecoder().decode(stdout);
    };
    assertEquals(
      await offered("ftclient get p", ["ftclient", "get", "p"], "photos/\na b"),
      "compopt -o filenames\n[photos/][a b]",
    );
    assertEquals(
      await offered(
        "ftclient get home:/p",
        ["ftclient", "get", "home", ":", "/p"],
        "home:/photos/",
      ),
      "compopt -o filenames\ncompopt -o nospace\n[/photos/]",
    );
  },
);
