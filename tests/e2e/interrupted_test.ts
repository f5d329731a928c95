/**
 * Transfers whose client or server is interrupted, killed or restarted, and the run that resumes.
 */

import { basename } from "node:path";
import { partPaths } from "../../lib/client/transfer/get/part_names.ts";
import { assert, assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../../testing/network/faults.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

const MiB = 1024 * 1024;
const BYTES = sampleBytes(10 * MiB + 3);
/** The first connection freezes at a byte; later ones work. */
const stuckAt = (freezeAt: number) => (connection: number): ConnectionFaults => {
  const stuck = { freezeAt, oneWay: true } as const;
  return connection === 0 ? { up: stuck, down: stuck } : {};
};
const HALF = stuckAt(7 * MiB);

/** Starts a transfer through a proxy, and waits until half of it is done. */
async function begin(
  system: System,
  proxy: FaultProxy,
  op: "get" | "put",
  retries = "0",
  bytes = BYTES,
) {
  const place = op === "get" ? system.served("f") : system.at("f");
  await Deno.writeFile(place, bytes);
  const env = { FTCLIENT_HOST: proxy.url, FTCLIENT_RETRIES: retries };
  const client = system.spawn([op, "f", "--json"], { env });
  await client.reported(/f: 50 %/);
  return { client, env, target: op === "get" ? system.at("f") : system.served("f") };
}

function movedOf(stdout: string): number {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1)!).moved;
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  for (const op of ["get", "put"] as const) {
    Deno.test(`${signal.toLowerCase()}-leaves-a-resumable-partial-and-${code}: ${op}`, async () => {
      await using system = await System.start();
      await using proxy = await FaultProxy.start(system.url, HALF);
      const { client, env, target } = await begin(system, proxy, op);
      client.signal(signal);
      const ended = await client.finished;
      assertEquals(ended.code, code, ended.stderr);
      const command = /resume with: ftclient (.*)\n$/.exec(ended.stderr)?.[1];
      assertEquals(command, `${op} f --json`);
      const before = await system.left();
      const again = await system.client(command!.split(" "), { env });
      assertEquals(again.code, 0, again.stderr);
      assert(movedOf(again.stdout) <= 6 * MiB, `${again.stdout}${before}`);
      assertEquals(await fileSha256(target), sha256(BYTES));
      assertEquals(await system.left(), ["root/f", "work/f"]);
    });
  }
}

Deno.test("resume-after-client-restart: a killed get resumes", async () => {
  await using system = await System.start();
  await using proxy = await FaultProxy.start(system.url, HALF);
  const { client, env, target } = await begin(system, proxy, "get");
  client.signal("SIGKILL");
  await client.finished;
  const again = await system.client(["get", "f", "--json"], { env });
  assertLessOrEqual(movedOf(again.stdout), 6 * MiB);
  assertEquals(await fileSha256(target), sha256(BYTES));
  assertEquals(await system.left(), ["root/f", "work/f"]);
});

Deno.test("resume-after-client-restart: a killed put resumes", async () => {
  await using system = await System.start();
  await using proxy = await FaultProxy.start(system.url, HALF);
  const { client, env, target } = await begin(system, proxy, "put");
  client.signal("SIGKILL");
  await client.finished;
  const again = await system.client(["put", "f", "--json"], { env });
  assertEquals(again.code, 0, again.stderr);
  assertLessOrEqual(movedOf(again.stdout), 6 * MiB);
  assertEquals(await fileSha256(target), sha256(BYTES));
  assertEquals(await system.left(), ["root/f", "work/f"]);
});

for (const op of ["get", "put"] as const) {
  Deno.test(`resume-after-server-restart: a running ${op} resumes`, async () => {
    await using system = await System.start();
    await using proxy = await FaultProxy.start(system.url, HALF);
    const { client, target } = await begin(system, proxy, op, "6");
    await system.restart(async () => void await client.reported(/next try|again in|retry/i));
    const ended = await client.finished;
    assertEquals(ended.code, 0, ended.stderr);
    assertLessOrEqual(movedOf(ended.stdout), BYTES.length + 2 * MiB);
    assertEquals(await fileSha256(target), sha256(BYTES));
    assertEquals(await system.left(), ["root/f", "work/f"]);
  });

  Deno.test(`a ${op} with --retries 0 exits with 5 after a kill, and can resume`, async () => {
    await using system = await System.start();
    await using proxy = await FaultProxy.start(system.url, HALF);
    const { client, env, target } = await begin(system, proxy, op);
    await system.restart();
    const ended = await client.finished;
    assertEquals(ended.code, 5, ended.stderr);
    assertMatch(ended.stderr, /^ftclient: [^\n]+\n$/m);
    const again = await system.client([op, "f", "--json"], { env });
    assertEquals(again.code, 0, again.stderr);
    assertLessOrEqual(movedOf(again.stdout), 6 * MiB);
    assertEquals(await fileSha256(target), sha256(BYTES));
    assertEquals(await system.left(), ["root/f", "work/f"]);
  });
}

Deno.test("server-stops-mid-transfer: a second signal ends it at once, get with 5", async () => {
  await using system = await System.start();
  // The rest of the file is larger than the window and the socket buffers.
  await using proxy = await FaultProxy.start(system.url, stuckAt(17 * MiB));
  const { client } = await begin(system, proxy, "get", "0", sampleBytes(32 * MiB));
  // Two signals of one kind could be merged.
  system.signal("SIGINT");
  await system.stop();
  proxy.thaw();
  const ended = await client.finished;
  assertEquals(ended.code, 5, ended.stderr);
  const { journal, part } = partPaths(system.at("f"));
  assertEquals(await system.left(), [
    "root/f",
    ...[journal, part].map((path) => `work/${basename(path)}`),
  ]);
});
