/**
 * Starting, stopping and reloading the real server program.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { programFromTask } from "../../testing/programs/program.ts";
import {
  type Finished,
  RunningProgram,
  runProgram,
} from "../../testing/programs/running_program.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { ServerProcess, type ServerProcessOptions } from "../../testing/programs/server_process.ts";
import { NEEDS_LINUX, NEEDS_SLOW } from "../../testing/skip.ts";

/** Milliseconds that count as "at once" on a busy machine. */
const AT_ONCE_MS = 5000;

const envIn = ({ path }: TempDir) => ({ XDG_STATE_HOME: path, XDG_CONFIG_HOME: path });

/** Starts a server over `dir/root` with `dir/state`, and waits until it is ready. */
function startServer(
  dir: TempDir,
  options: Partial<ServerProcessOptions> = {},
): Promise<ServerProcess> {
  const folders = { root: dir.join("root"), state: dir.join("state"), home: dir.path };
  return ServerProcess.start({ ...folders, cwd: dir.path, ...options });
}

async function spawnClient(dir: TempDir, args: readonly string[]): Promise<RunningProgram> {
  const env = { ...envIn(dir), NO_COLOR: "1" };
  return RunningProgram.start(await programFromTask("ftclient"), args, { env, cwd: dir.path });
}

async function ftserver(dir: TempDir, ...args: string[]): Promise<Finished> {
  return await runProgram(await programFromTask("ftserver"), args, envIn(dir));
}

Deno.test("a second server on one root or state exits with 7 and names the first", async () => {
  await using dir = await tempDir();
  {
    await using first = await startServer(dir);
    for (
      const other of [
        ["--root", dir.join("root"), "--state", dir.join("state2")],
        ["--root", dir.join("root2"), "--state", dir.join("state")],
      ]
    ) {
      const second = await ftserver(dir, ...other, "--listen", "ft://127.0.0.1:0");
      assertEquals([second.code, second.stdout], [7, ""]);
      assertStringIncludes(second.stderr, `in use by process ${first.pid}`);
    }
    first.signal("SIGKILL");
    await first.finished;
  }
  await using _again = await startServer(dir);
});

Deno.test("own-side-files-collide: a server does not start where .ftserver is a user's", async () => {
  await using dir = await tempDir();
  const notes = dir.join("root/.ftserver/notes");
  await Deno.mkdir(dir.join("root/.ftserver"), { recursive: true });
  await Deno.writeTextFile(notes, "mine");
  const folders = ["--root", dir.join("root"), "--state", dir.join("state")];
  const { code, stderr } = await ftserver(dir, ...folders, "--listen", "ft://127.0.0.1:0");
  assertEquals(code, 7, stderr);
  assertStringIncludes(stderr, ".ftserver in the served folder is not the server's own");
  assertEquals(await Deno.readTextFile(notes), "mine");
});

Deno.test("a signal ends an idle server with 0 and frees its address", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    await using dir = await tempDir();
    await using server = await startServer(dir);
    const asked = await ftserver(dir, "status", "--state", dir.join("state"), "--json");
    assertEquals([asked.code, JSON.parse(asked.stdout).pid], [0, server.pid]);
    server.signal(signal);
    const { code, stdout, stderr } = await server.finished;
    assertEquals([code, stdout], [0, `listening on ${server.url}\nready\n`]);
    assertMatch(stderr, /server\.stop\n$/);
    const gone = await ftserver(dir, "status", "--state", dir.join("state"));
    assertEquals([gone.code, gone.stdout], [5, ""]);
    assertMatch(gone.stderr, /^ftserver: no server is running with --state \S+\n$/);
    Deno.listen({ port: Number(server.url.split(":").at(-1)), hostname: "127.0.0.1" }).close();
  }
});

/** A server with a running download whose client is stopped. */
async function stuckDownload(dir: TempDir) {
  await Deno.mkdir(dir.join("root"));
  const file = await Deno.create(dir.join("root/big.bin"));
  await file.truncate(400 << 20);
  file.close();
  const server = await startServer(dir);
  const client = await spawnClient(dir, [
    ...["get", "big.bin", "--host", server.url, "--retries", "0", "-d", dir.path],
  ]);
  await server.logs(/transfer\.progress .*percent=10 /);
  client.signal("SIGSTOP");
  return { server, client };
}

Deno.test("the second signal ends a draining server at once, the client with 5", async () => {
  await using dir = await tempDir();
  const { server, client } = await stuckDownload(dir);
  await using _server = server;
  server.signal("SIGINT");
  await server.logs(/server\.drain/);
  const asked = performance.now();
  server.signal("SIGTERM");
  const { code } = await server.finished;
  assertEquals(code, 143);
  assert(performance.now() - asked < AT_ONCE_MS);
  client.signal("SIGCONT");
  const ended = await client.finished;
  assertEquals([ended.code, ended.stdout], [5, ""]);
});

Deno.test({
  name: "the deadline of a drain cuts a transfer, which the client can resume",
  ...NEEDS_SLOW,
  async fn() {
    await using dir = await tempDir();
    const { server, client } = await stuckDownload(dir);
    await using _server = server;
    server.signal("SIGTERM");
    const { code, seconds } = await server.finished;
    assertEquals(code, 0);
    assert(seconds > 9, `the transfer had ${seconds} s`);
    client.signal("SIGCONT");
    assertEquals((await client.finished).code, 5);
    await using next = await startServer(dir, { listen: server.url });
    const again = await spawnClient(dir, [
      ...["get", "big.bin", "--host", next.url, "--json", "-q", "-d", dir.path],
    ]);
    const result = await again.finished;
    const { bytes, moved } = JSON.parse(result.stdout);
    assertEquals([result.code, bytes], [0, 400 << 20]);
    assert(moved < bytes, "the first part was not used");
  },
});

Deno.test("SIGHUP applies changes, ignores invalid settings, keeps transfers running", async () => {
  await using dir = await tempDir();
  const config = dir.join("server.json");
  const write = (text: string) => Deno.writeTextFile(config, text);
  await write('{"log-level": "info"}');
  const listen = "fts://127.0.0.1:0";
  await using server = await startServer(dir, { listen, args: ["--config", config] });
  await Deno.writeFile(dir.join("big.bin"), crypto.getRandomValues(new Uint8Array(65536)));
  await Deno.truncate(dir.join("big.bin"), 100 << 20);
  const client = await spawnClient(dir, [
    ...["put", "big.bin", "--host", server.url, "--retries", "0", "-q"],
  ]);
  await server.logs(/transfer\.progress/);
  for (let n = 1; n <= 5; n++) {
    await write(`{"max-connections": ${100 + n}}`);
    server.signal("SIGHUP");
    await server.logs(new RegExp(`(server\\.reload changed="?max-connections"?[^]*){${n}}`));
  }
  await write('{\n  "max-conections": 5\n}');
  server.signal("SIGHUP");
  const refused = await server.logs(/server\.reload_failed.*/);
  assertStringIncludes(refused, `${config}:2: unknown key \\"max-conections\\"`);
  await write('{"bind": "127.0.0.2", "max-connections": 1}');
  server.signal("SIGHUP");
  await server.logs(/server\.reload_waits flags=bind\n/);
  const put = await client.finished;
  assertEquals([put.code, put.stderr], [0, ""]);
  server.signal("SIGTERM");
  assertEquals((await server.finished).code, 0);
});

Deno.test("an invalid config file exits with 2 and names file, line and key", async () => {
  await using dir = await tempDir();
  for (
    const [text, message] of [
      ['{\n\n"idle-timeout": "soon"\n}', '3: idle-timeout: expected a number, got "soon"'],
      ['{\n"rot": "."\n}', '2: unknown key "rot"; did you mean root?'],
      ['{\n"root": ".",\n}', "3: not JSON"],
    ] as const
  ) {
    await Deno.writeTextFile(dir.join("c.json"), text);
    const { code, stdout, stderr } = await ftserver(dir, "--config", dir.join("c.json"));
    assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    assertStringIncludes(stderr, `ftserver: ${dir.join("c.json")}:${message}`);
  }
  const missing = await ftserver(dir, "--config", dir.join("none.json"));
  assertEquals(missing.code, 3);
});

Deno.test("config --print shows each setting and where it came from", async () => {
  await using dir = await tempDir();
  const config = dir.join("c.json");
  await Deno.writeTextFile(config, '{"idle-timeout": 7}');
  const env = { XDG_STATE_HOME: dir.path, FTSERVER_MAX_CONNECTIONS: "5" };
  const args = ["config", "--print", "--config", config, "--bind", "0.0.0.0"];
  const program = await programFromTask("ftserver");
  const text = await runProgram(program, args, env);
  assertEquals([text.code, text.stderr], [0, ""]);
  for (
    const line of [
      'bind = "0.0.0.0"  (--bind)',
      'anonymous = "read"  (default)',
      "max-connections = 5  (FTSERVER_MAX_CONNECTIONS)",
      `idle-timeout = 7  (${config})`,
    ]
  ) assertStringIncludes(text.stdout, `${line}\n`);
  const json = await runProgram(program, [...args, "--json"], env);
  const rows = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.find(({ key }) => key === "idle-timeout"), {
    ...{ key: "idle-timeout", value: 7, source: "config", from: config },
  });
});

Deno.test({
  name: "a server notifies systemd when it is ready and when it stops",
  ...NEEDS_LINUX,
  async fn() {
    await using dir = await tempDir();
    const path = dir.join("notify");
    const systemd = Deno.listenDatagram({ transport: "unixpacket", path });
    await using server = await startServer(dir, { env: { NOTIFY_SOCKET: path } });
    const received = async () => new TextDecoder().decode((await systemd.receive())[0]);
    assertEquals(await received(), "READY=1");
    server.signal("SIGTERM");
    assertEquals(await received(), "STOPPING=1");
    assertEquals((await server.finished).code, 0);
    systemd.close();
  },
});

Deno.test("metrics that cannot be served end a server with the right code", async () => {
  await using dir = await tempDir();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  for (
    const [url, code] of [["nowhere", 2], [`http://127.0.0.1:${taken.addr.port}`, 7]] as const
  ) {
    const args = ["--listen", "ft://127.0.0.1:0", "--metrics", url, "--root", dir.join("r")];
    assertEquals((await ftserver(dir, ...args)).code, code);
  }
});
