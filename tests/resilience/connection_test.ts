/**
 * Connections that freeze, slow down or end, and sources that change during a transfer.
 */

import { assert, assertEquals, assertLess, assertLessOrEqual, assertMatch } from "@std/assert";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { TransferEvent } from "../../lib/client/remote/transfer_events.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { done, failure, get, put } from "./transfers.ts";

const MiB = 1024 * 1024;
const BOTH = (fault: Record<string, number>) => ({ up: fault, down: fault });

Deno.test("connection-freeze: a transfer gives up after --timeout, in both directions", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, sampleBytes(6 * MiB));
  await Deno.writeFile(`${server.dir.path}/g`, sampleBytes(6 * MiB, 2));
  for (const way of ["get", "put"]) {
    await using proxy = await FaultProxy.start(server.url, () => BOTH({ freezeAt: 3 * MiB }));
    const began = performance.now();
    const timeoutMs = 400;
    const ended = way === "get"
      ? await get(proxy.url, "f", `${server.dir.path}/f`, { timeoutMs })
      : await put(proxy.url, `${server.dir.path}/g`, "g", { timeoutMs });
    const { code, message } = failure(ended);
    assertEquals(code, "network");
    assertMatch(message, /no answer from .* in 0\.4 s/);
    assertLess(performance.now() - began, 5000);
  }
});

Deno.test("connection-freeze: a frozen hello times out too", async () => {
  await using server = await testServer();
  await using proxy = await FaultProxy.start(server.url, () => BOTH({ freezeAt: 0 }));
  const ended = await get(proxy.url, "f", `${server.dir.path}/f`, { timeoutMs: 200 });
  assertEquals(failure(ended).code, "network");
});

Deno.test("connection-freeze: a retry supersedes the frozen connection and resumes", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  const faults = (connection: number) => connection === 0 ? BOTH({ freezeAt: 5 * MiB }) : {};
  await using proxy = await FaultProxy.start(server.url, faults);
  const ended = await put(proxy.url, `${server.dir.path}/f`, "f", { timeoutMs: 400, retries: 2 });
  assertLessOrEqual(done(ended).moved, bytes.length + 2 * MiB);
  assertEquals(proxy.passed.length, 2);
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes));
});

Deno.test("a slow connection does not time out while bytes trickle in", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(150_000);
  await Deno.writeFile(`${server.root}/f`, bytes);
  const slow = { dribbleBytes: 4000, delayMs: 120 };
  await using proxy = await FaultProxy.start(server.url, () => ({ up: slow, down: slow }));
  done(await get(proxy.url, "f", `${server.dir.path}/f`, { timeoutMs: 2500 }));
  done(await put(proxy.url, `${server.dir.path}/f`, "g", { timeoutMs: 2500 }));
  assertEquals(await fileSha256(`${server.root}/g`), sha256(bytes));
});

Deno.test("source-grows-shrinks-vanishes: a get ends with one complete version, or reports why not", async () => {
  // More than the window holds, so that not all of it has left before the change.
  const [old, longer] = [sampleBytes(24 * MiB), sampleBytes(25 * MiB + 5, 3)];
  const changes: [string, (path: string) => Promise<void>, Uint8Array | null][] = [
    ["grows", (path) => Deno.writeFile(path, longer), longer],
    ["shrinks", (path) => Deno.truncate(path, 3 * MiB + 1), old.subarray(0, 3 * MiB + 1)],
    ["is emptied", (path) => Deno.truncate(path, 0), old.subarray(0, 0)],
    ["vanishes", (path) => Deno.remove(path), old],
  ];
  for (const [name, change, expected] of changes) {
    await using server = await testServer();
    await Deno.writeFile(`${server.root}/f`, old);
    await using proxy = await FaultProxy.start(server.url, () => ({ down: { freezeAt: 2 * MiB } }));
    const getting = get(proxy.url, "f", `${server.dir.path}/f`);
    await proxy.happened;
    await change(`${server.root}/f`);
    proxy.thaw();
    const ended = await getting;
    assertEquals(done(ended).bytes, expected!.length, name);
    assertEquals(await fileSha256(`${server.dir.path}/f`), sha256(expected!), name);
    const left = [...Deno.readDirSync(server.dir.path)].map((entry) => entry.name).sort();
    assertEquals(left, ["f", "root", "state"], name);
  }
});

Deno.test("source-grows-shrinks-vanishes: a put ends with one complete version", async () => {
  const [old, longer] = [sampleBytes(20 * MiB), sampleBytes(21 * MiB + 5, 3)];
  const changes: [string, (path: string) => Promise<void>, Uint8Array][] = [
    ["grows", (path) => Deno.writeFile(path, longer), longer],
    ["shrinks", (path) => Deno.truncate(path, 3 * MiB + 1), old.subarray(0, 3 * MiB + 1)],
    ["is emptied", (path) => Deno.truncate(path, 0), old.subarray(0, 0)],
    ["vanishes", (path) => Deno.remove(path), old],
  ];
  for (const [name, change, expected] of changes) {
    await using server = await testServer();
    await Deno.writeFile(`${server.dir.path}/f`, old);
    await using proxy = await FaultProxy.start(server.url, () => ({ up: { freezeAt: 2 * MiB } }));
    const putting = put(proxy.url, `${server.dir.path}/f`, "f");
    await proxy.happened;
    await change(`${server.dir.path}/f`);
    proxy.thaw();
    assertEquals(done(await putting).bytes, expected.length, name);
    assertEquals(await fileSha256(`${server.root}/f`), sha256(expected), name);
    assertEquals([...Deno.readDirSync(`${server.root}/.ftserver/staging`)], [], name);
  }
});

Deno.test("-z: compressible content needs fewer wire bytes, in both directions", async () => {
  await using server = await testServer();
  const text = new TextEncoder().encode("the same line again and again\n".repeat(100_000));
  await Deno.writeFile(`${server.root}/f`, text);
  await using proxy = await FaultProxy.start(server.url);
  const compress = true;
  done(await get(proxy.url, "f", `${server.dir.path}/f`, { compress }));
  done(await put(proxy.url, `${server.dir.path}/f`, "g", { compress }));
  const [first, second] = proxy.passed;
  assertLess(first!.down, text.length / 10);
  assertLess(second!.up, text.length / 10);
  assertEquals(await Deno.readFile(`${server.dir.path}/f`), text);
  assertEquals(await Deno.readFile(`${server.root}/g`), text);
});

Deno.test("-z: many small files need fewer wire bytes, in both directions", async () => {
  await using server = await testServer();
  const text = "the same line again and again\n".repeat(300);
  const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
  Deno.mkdirSync(`${server.root}/t`);
  for (const name of names) Deno.writeTextFileSync(`${server.root}/t/${name}`, text);
  await using proxy = await FaultProxy.start(server.url);
  const options = { compress: true, recursive: true };
  done(await get(proxy.url, "t", "", { ...options, dir: server.dir.path, output: undefined }));
  done(await put(proxy.url, `${server.dir.path}/t`, "u", options));
  const [first, second] = proxy.passed;
  assertLess(first!.down, text.length * 10);
  assertLess(second!.up, text.length * 10);
  for (const name of names) assertEquals(Deno.readTextFileSync(`${server.root}/u/${name}`), text);
});

Deno.test("an interrupted transfer ends at once and keeps its part file", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, sampleBytes(6 * MiB));
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { freezeAt: 3 * MiB } }));
  const stop = new AbortController();
  const moved = Promise.withResolvers<void>();
  const watch = (event: TransferEvent) => {
    if (event.kind === "progress" && event.moved > MiB) moved.resolve();
  };
  const getting = get(proxy.url, "f", `${server.dir.path}/f`, { signal: stop.signal, watch });
  await moved.promise;
  const began = performance.now();
  stop.abort(new DOMException("enough", "AbortError"));
  await getting.catch(() => {});
  assertLess(performance.now() - began, 2000);
  assert([...Deno.readDirSync(server.dir.path)].some(({ name }) => name.endsWith(".ft-part")));
});
