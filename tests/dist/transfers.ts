/**
 * Transfers and the chat, with the executables in `dist/`.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { REPOSITORY } from "../../testing/repository.ts";
import { VERSION } from "../../lib/base/version.ts";
import { checkFolder } from "../../tools/compile/digests.ts";
import { join } from "node:path";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { compareFiles } from "../../testing/files/same_files.ts";
import { FreshMachine } from "./fresh_machine.ts";

const MIB = 1024 * 1024;

async function writeRandom(path: string, mib: number): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const block = new Uint8Array(MIB);
  for (let i = 0; i < mib; i++) {
    for (let at = 0; at < MIB; at += 65536) {
      crypto.getRandomValues(block.subarray(at, at + 65536));
    }
    for (let at = 0; at < MIB;) at += await file.write(block.subarray(at));
  }
}

Deno.test("SHA256SUMS matches the executables", async () => {
  const dist = join(REPOSITORY, "dist");
  const list = await Deno.readTextFile(join(dist, "SHA256SUMS"));
  assertMatch(list, /^[0-9a-f]{64} {2}ftserver/m);
  assertMatch(list, /^[0-9a-f]{64} {2}ftclient/m);
  await checkFolder(dist, list);
});

Deno.test("both executables print their version and their form", async () => {
  await using machine = await FreshMachine.create();
  for (const program of ["ftserver", "ftclient"]) {
    const { code, stdout } = await machine.run(program, ["--version"]);
    assertEquals(code, 0);
    assertMatch(stdout, /^ft(server|client) [\d.]+ \((native|portable)\)\n$/);
    assert(stdout.startsWith(`${program} ${VERSION} `));
  }
});

Deno.test("ftserver --web loads HTTP access and the page, and serves them", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve("ft://127.0.0.1:0", "--web", "http://127.0.0.1:0");
  const [, url] = /^listening on (http:\S+)$/m.exec(server.program.stdout) ?? [];
  const put = await fetch(`${url}/files/a.txt`, { method: "PUT", body: "content" });
  await put.body?.cancel();
  assertEquals(put.status, 201);
  const got = await fetch(`${url}/files/a.txt`);
  assertEquals([await got.text(), got.headers.get("content-type")], [
    ...["content", "text/plain; charset=UTF-8"],
  ]);
  const listing = await (await fetch(`${url}/files/`, { headers: { accept: "text/html" } })).text();
  const script = await fetch(`${url}${/src="([^"]+)"/.exec(listing)?.[1]}`);
  assertEquals([script.status, script.headers.get("content-type")], [
    ...[200, "text/javascript; charset=utf-8"],
  ]);
  assert((await script.text()).length > 10_000);
});

Deno.test("put, ls, sum and get work on a large file, which workers hash", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve();
  await writeRandom(machine.path("big.bin"), 48);
  await machine.client(server, ["put", "big.bin", "--to", "in/here"]);
  const [row] = (await machine.client(server, ["ls", "in/here", "--json"])).trim().split("\n");
  const listed = JSON.parse(row!);
  assertEquals([listed.name.split("/").at(-1), listed.bytes], ["big.bin", 48 * MIB]);
  await machine.client(server, ["get", "in/here/big.bin", "-d", "back"]);
  const { sha256 } = await compareFiles(
    "big.bin",
    machine.path("big.bin"),
    machine.path("back/big.bin"),
  );
  const sum = await machine.client(server, ["sum", "in/here/big.bin"]);
  assertEquals(sum.slice(0, 64), sha256);
});

Deno.test("a file comes back over TLS, and another identity is refused with exit code 10", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve("fts://127.0.0.1:0");
  await Deno.writeTextFile(machine.path("served/secret"), "kept");
  assert(server.url.startsWith("fts://"));
  assertEquals(await machine.client(server, ["get", "secret", "-o", "-"]), "kept");
  await machine.client(server, ["ls", "--pin", "0f".repeat(32)], 10);
});

Deno.test("put - uploads stdin, and get -o - prints it unchanged", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve();
  // The first start unpacks the program, and must not read stdin.
  const put = ["put", "-", "--as", "note", "--host", server.url];
  assertEquals((await machine.run("ftclient", put, { stdin: "a note\n" })).code, 0);
  assertEquals(await machine.client(server, ["get", "note", "-o", "-"]), "a note\n");
});

Deno.test("an interrupted get exits 130, and the next one moves only the rest", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve();
  await writeRandom(machine.path("served/big.bin"), 24);
  await using proxy = await FaultProxy.start(server.url, () => ({
    down: { freezeAt: 8 * MIB, oneWay: true },
  }));
  {
    const args = ["get", "big.bin", "--progress", "json", "--host", proxy.url];
    await using client = machine.start("ftclient", args);
    await proxy.happened;
    // Progress tells when what has arrived is in the file.
    await client.reported(/"bytes":[1-9]/);
    client.signal("SIGINT");
    await client.reported(/resume with: ftclient get big\.bin/);
    assertEquals((await client.finished).code, 130);
  }
  const result = JSON.parse(await machine.client(server, ["get", "big.bin", "--json"]));
  assertEquals(result.bytes, 24 * MIB);
  assert(result.moved < 24 * MIB, `moved ${result.moved}`);
  await compareFiles("big.bin", machine.path("served/big.bin"), machine.path("big.bin"));
});

Deno.test("chat prints the messages of say, and who lists the seats", async () => {
  await using machine = await FreshMachine.create();
  await using server = await machine.serve();
  const args = ["chat", "--name", "ana", "--linger", "60", "--host", server.url];
  await using chat = machine.start("ftclient", args);
  await chat.reported(/joined the chat as ana/);
  assertEquals(await machine.client(server, ["who"]), "ana\n");
  await machine.client(server, ["say", "hello there"]);
  await chat.printed(/^\S+: hello there$/m);
  chat.signal("SIGTERM");
  assertEquals((await chat.finished).code, 143);
});

Deno.test("exit codes pass through", async () => {
  await using machine = await FreshMachine.create();
  await Deno.mkdir(machine.path("served"));
  await Deno.writeTextFile(machine.path("served/there"), "one");
  await Deno.writeTextFile(machine.path("there"), "two");
  await using server = await machine.serve();
  await machine.client(server, ["get", "--frobnicate"], 2);
  await machine.client(server, ["get", "absent"], 3);
  await machine.client(server, ["get", "../outside"], 4);
  await machine.client(server, ["get", "there"], 7);
  await machine.client(server, ["get", "there", "absent", "--overwrite"], 23);
  const nobody = ["ls", "--host", "ft://127.0.0.1:1", "--retries", "0"];
  assertEquals((await machine.run("ftclient", nobody)).code, 5);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} reaches ftserver, which drains and exits 0`, async () => {
    await using machine = await FreshMachine.create();
    await using server = await machine.serve();
    server.program.signal(signal);
    assertEquals((await server.program.finished).code, 0);
  });
}
