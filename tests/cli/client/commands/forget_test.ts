import { assertEquals, assertMatch } from "@std/assert";
import { runClient } from "../../../../lib/cli/client/client_program.ts";
import { KnownHosts } from "../../../../lib/client/trust/known_hosts.ts";
import { openIdentity } from "../../../../lib/net/tls_identity.ts";
import { capturedHost } from "../../../../testing/cli/captured.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";

async function run(args: readonly string[], env: Record<string, string>) {
  const host = capturedHost(env);
  const code = await soon(runClient(args, host));
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

Deno.test("the message about a changed identity names the command that drops it", async () => {
  await using server = await testServer({ listen: ["fts://127.0.0.1:0"] });
  await using state = await tempDir();
  const env = { XDG_STATE_HOME: state.path, FTCLIENT_RETRIES: "0" };
  const ls = () => run(["ls", "--host", `fts://localhost:${server.port}`], env);
  assertMatch((await ls()).stderr, /^first connection to /);
  assertEquals((await ls()).stderr, "");
  const other = state.join("other");
  await Deno.mkdir(other);
  const { pin, cert: certificate } = await openIdentity(other);
  const known = new KnownHosts(state.join("ft/known_hosts"));
  await known.remember(`127.0.0.1:${server.port}`, { kind: "pinned", pin, certificate });
  const refused = await ls();
  assertEquals(refused.code, 10);
  const [, command = ""] = /CHANGED.*: ftclient (forget \S+)\n$/.exec(refused.stderr) ?? [];
  assertEquals(command, `forget localhost:${server.port}`);
  const forgot = await run(command.split(" "), env);
  assertEquals([forgot.code, forgot.stdout], [0, ""]);
  assertMatch(forgot.stderr, new RegExp(`^forgot 127.0.0.1:${server.port} \\(.*${pin}\\)$`, "m"));
  const again = await ls();
  assertEquals(again.code, 0);
  assertMatch(again.stderr, /^first connection to /);
});

Deno.test("forget takes a host, a URL or a link, and exits with 3 when it knows no identity", async () => {
  const pin = "ab".repeat(32);
  for (const typed of ["A.example", "a.example:9998", `fts://a.example:9998#${pin}`]) {
    await using state = await tempDir();
    const env = { XDG_STATE_HOME: state.path };
    const known = new KnownHosts(state.join("ft/known_hosts"));
    await known.remember("a.example:9998", { kind: "certified" });
    const json = await run(["forget", typed, "--json"], env);
    assertEquals(json, {
      code: 0,
      stdout: '{"op":"forget","name":"a.example:9998"}\n',
      stderr: "",
    });
    const missing = await run(["forget", typed], env);
    assertEquals(missing, {
      code: 3,
      stdout: "",
      stderr: `ftclient: not found: no identity of ${typed} is known\n`,
    });
  }
});

Deno.test("forget without a home folder knows no identity, and refuses what is no host", async () => {
  assertEquals((await run(["forget", "a"], {})).code, 3);
  for (const typed of ["a b", "a:0", "ssh://a"]) {
    assertEquals((await run(["forget", typed], {})).code, 2, typed);
  }
});
