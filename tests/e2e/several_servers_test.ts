/**
 * `--host A,B,C` with real programs: every command uses the first server that answers.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sampleBytes } from "../../testing/content.ts";
import { closedPort } from "../../testing/network/closed_port.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../../testing/network/faults.ts";
import { System } from "../../testing/programs/system.ts";

const MiB = 1024 * 1024;

Deno.test("every command uses the next server when the first does not answer", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(`${system.root}/note.txt`, "hello\n");
  const hosts = `ft://127.0.0.1:${closedPort()},${system.url.replace("ft://", "")}`;
  const run = (...args: string[]) => system.client([...args, "--host", hosts, "--retries", "0"]);
  const got = await run("get", "note.txt", "-o", "-");
  assertEquals([got.code, got.stdout], [0, "hello\n"]);
  assertMatch(got.stderr, /^using ft:\/\/127\.0\.0\.1:\d+: nothing listens on /m);
  await Deno.writeTextFile(`${system.work}/up.txt`, "up");
  for (
    const args of [
      ["put", "up.txt"],
      ["ls"],
      ["stat", "note.txt"],
      ["sum", "note.txt"],
      ["say", "hello"],
      ["who"],
      ["ping"],
      ["lock", "up.txt"],
      ["unlock", "up.txt"],
      ["rm", "up.txt"],
    ]
  ) assertEquals((await run(...args)).code, 0, args.join(" "));
  const doctor = await system.client(["doctor", "--host", hosts]);
  assertEquals(doctor.code, 5);
  assertStringIncludes(doctor.stdout, `${system.url} uses the native dialect`);
});

Deno.test("without any server the error names each, and the exit code is 5", async () => {
  await using system = await System.start();
  const [a, b] = [closedPort(), closedPort()];
  const { code, stderr } = await system.client(
    ["ls", "--host", `ft://127.0.0.1:${a},127.0.0.1:${b}`, "--retries", "0"],
  );
  assertEquals(code, 5);
  for (const port of [a, b]) assertStringIncludes(stderr, `127.0.0.1:${port}`);
});

Deno.test("a URL on a server of the cluster is no second server, one on another is", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(`${system.root}/note.txt`, "hello\n");
  const hosts = `ft://127.0.0.1:${closedPort()},${system.url.replace("ft://", "")}`;
  const cat = (name: string) =>
    system.client(["get", name, "-o", "-", "--host", hosts, "--retries", "0"]);
  const got = await cat(`${system.url}/note.txt`);
  assertEquals([got.code, got.stdout], [0, "hello\n"]);
  assertEquals((await cat(`ft://127.0.0.1:${closedPort()}/note.txt`)).code, 2);
});

Deno.test("a download whose server dies continues at the next one", async () => {
  await using system = await System.start();
  await using other = await System.start();
  const content = sampleBytes(10 * MiB);
  for (const { root } of [system, other]) await Deno.writeFile(`${root}/big`, content);
  const freeze: ConnectionFaults = { down: { freezeAt: 7 * MiB, oneWay: true } };
  await using proxy = await FaultProxy.start(system.url, () => freeze);
  const hosts = `${proxy.url},${other.url.replace("ft://", "")}`;
  await using client = system.spawn(["get", "big", "--host", hosts, "--retries", "3"]);
  await client.reported(/big: 50 %/);
  await system.kill();
  await proxy[Symbol.asyncDispose]();
  const { code, stderr } = await client.finished;
  assertEquals(code, 0, stderr);
  assertEquals(await Deno.readFile(system.at("big")), content);
  assertStringIncludes(stderr, `using ${other.url}`);
});
