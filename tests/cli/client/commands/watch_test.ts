/**
 * `ftclient watch`, as users and cron run it.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runClient } from "../../../../lib/cli/client/client_program.ts";
import { capturedHost } from "../../../../testing/cli/captured.ts";
import { filesBelow } from "../../../../testing/files/same_files.ts";
import { type TestServer, testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";

/** Runs a command line in this process. */
async function run(server: TestServer, ...args: string[]) {
  const env = { FTCLIENT_HOST: server.url, XDG_STATE_HOME: server.dir.path };
  const host = capturedHost(env);
  const code = await soon(runClient(args, host));
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

/** A server, and a local folder. */
async function scene(...names: string[]): Promise<[TestServer, string]> {
  const server = await testServer();
  const folder = server.dir.join("folder");
  for (const name of names) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, name);
  }
  return [server, folder];
}

async function served(server: TestServer): Promise<string[]> {
  return (await filesBelow(`${server.root}/backup`)).filter((name) => !name.endsWith("/"));
}

Deno.test("watch needs a folder on both sides, and the native protocol", async () => {
  const [started, folder] = await scene("a");
  await using server = started;
  const line = async (...args: string[]) => {
    const { code, stderr } = await run(server, "watch", ...args);
    return [code, stderr.trim()];
  };
  const needs = "watch needs --to DIR: what DIR has and the local folder does not is removed";
  assertEquals(await line(folder), [2, `ftclient: ${needs}`]);
  assertEquals(await line(`${folder}/a`, "--to", "x"), [2, `ftclient: not a folder: ${folder}/a`]);
  assertEquals(await line(`${folder}/b`, "--to", "x"), [3, `ftclient: not found: ${folder}/b`]);
  const legacy = await line(folder, "--to", "x", "-H", server.url.replace("ft:", "ft+json:"));
  assertEquals(legacy[0], 2);
});

Deno.test("watch --once makes the folder equal, and ends", async () => {
  const [started, folder] = await scene("a", "b", "c/d", "e", "x.log");
  await using server = started;
  const watch = ["watch", `${folder}/`, "--to", "/backup/", "--once"];
  assertEquals((await run(server, ...watch, "--exclude", "*.log")).code, 0);
  assertEquals(await served(server), ["a", "b", "c/d", "e"]);
  await Deno.writeTextFile(`${folder}/a`, "changed");
  await Deno.remove(`${folder}/b`);
  const again = await run(server, ...watch, "--exclude", "*.log", "--json");
  assertEquals(again.code, 0);
  const objects = again.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const changed = objects.filter(({ moved, op }) => moved !== 0 || op === "rm");
  assertEquals(changed.map(({ op, name, moved }) => [op, name, moved]), [
    ["put", "backup/a", 7],
    ["rm", "backup/b", undefined],
  ]);
  assertEquals(await Deno.readTextFile(`${server.root}/backup/a`), "changed");
  const included = await run(server, ...watch, "--include", "*.log");
  assertEquals([included.code, await served(server)], [0, ["a", "c/d", "e", "x.log"]]);
});

Deno.test("watch --once removes no more than --max-delete allows", async () => {
  const [started, folder] = await scene("a", "b", "c", "d");
  await using server = started;
  const watch = ["watch", folder, "--to", "backup", "--once"];
  await run(server, ...watch);
  for (const name of ["a", "b", "c"]) await Deno.remove(`${folder}/${name}`);
  const refused = await run(server, ...watch);
  assertEquals(refused.code, 8);
  assertStringIncludes(refused.stderr, "nothing was removed from backup: 3 of 4 names");
  assertEquals((await run(server, ...watch, "--max-delete", "3")).code, 0);
  assertEquals(await served(server), ["d"]);
});

Deno.test("watch is refused while another watches for the same target, and ends with 130", async () => {
  const [started, folder] = await scene("a", "b");
  await using server = started;
  const host = capturedHost({ FTCLIENT_HOST: server.url, XDG_STATE_HOME: server.dir.path });
  const line = ["watch", folder, "--to", "backup"];
  const watching = runClient([...line, "--json"], host);
  await host.stdout.printed(/"state":"equal"/);
  const second = await run(server, ...line);
  assertEquals(second.code, 7);
  assertMatch(second.stderr, /^ftclient: backup on \S+ is in use by process \d+$/m);
  await Deno.writeTextFile(`${folder}/new`, "new");
  await host.stdout.printed(/"name":"backup\/new"[^]*"state":"equal"/);
  host.signal("SIGINT");
  assertEquals(await soon(watching), 130);
});
