/**
 * Interrupted transfers resume, and never with wrong content.
 */

import { basename } from "node:path";
import { partPaths } from "../../lib/client/transfer/get/part_names.ts";
import { assert, assertEquals, assertGreater, assertLessOrEqual, assertMatch } from "@std/assert";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { createLogger } from "../../lib/base/log.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { done, failure, get, put } from "./transfers.ts";

const MiB = 1024 * 1024;

/** Returns the names in a folder, including hidden ones. */
function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Returns the only staged upload of a server. */
function stagedPath(root: string): string {
  const [name] = names(`${root}/.ftserver/staging`);
  return `${root}/.ftserver/staging/${name}`;
}

Deno.test("an interrupted get fetches what is missing, and at most one more block", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(20 * MiB + 77);
  await Deno.writeFile(`${server.root}/f`, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { cutAt: 18 * MiB } }));
  const target = `${server.dir.path}/f`;
  assertEquals(failure(await get(proxy.url, "f", target)).code, "network");
  const { journal, part } = partPaths(target);
  assertEquals(names(server.dir.path), [
    ...[journal, part].map((path) => basename(path)),
    "root",
    "state",
  ]);
  const { moved } = done(await get(server.url, "f", target));
  assertLessOrEqual(moved, bytes.length - 18 * MiB + 2 * MiB);
  assertEquals(await fileSha256(target), sha256(bytes));
  assertEquals(names(server.dir.path), ["f", "root", "state"], "state is left behind");
});

Deno.test("an interrupted put sends what is missing, and at most one more block", async () => {
  const noticed = Promise.withResolvers<void>();
  const log = createLogger(({ event }) => {
    if (event === "transfer.end") noticed.resolve();
  });
  await using server = await testServer({ log });
  const bytes = sampleBytes(20 * MiB + 77);
  const source = `${server.dir.path}/f`;
  await Deno.writeFile(source, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { cutAt: 18 * MiB } }));
  assertEquals(failure(await put(proxy.url, source, "f")).code, "network");
  assertEquals(names(server.root), [".ftserver"], "a partial file is visible");
  await noticed.promise;
  const { moved } = done(await put(server.url, source, "f"));
  assertGreater(moved, 0);
  assertLessOrEqual(moved, bytes.length - 18 * MiB + 2 * MiB);
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes));
  assertEquals(names(`${server.root}/.ftserver/staging`), [], "state is left behind");
});

Deno.test("resume-with-changed-source: a get starts again, keeps equal blocks, and reports it", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  await Deno.writeFile(`${server.root}/f`, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { cutAt: 6 * MiB } }));
  const target = `${server.dir.path}/f`;
  failure(await get(proxy.url, "f", target));
  const changed = bytes.slice();
  changed.set(sampleBytes(MiB, 7), 2 * MiB);
  await Deno.writeFile(`${server.root}/f`, changed);
  const again = await get(server.url, "f", target);
  assertEquals(await fileSha256(target), sha256(changed));
  assertLessOrEqual(done(again).moved, 5 * MiB);
  assert(again.notices.some((text) => /f changed/.test(text)), again.notices.join());
  assertEquals(names(server.dir.path), ["f", "root", "state"]);
});

Deno.test("resume-with-changed-source: another, shorter file uses nothing of the part file", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, sampleBytes(8 * MiB));
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { cutAt: 6 * MiB } }));
  const target = `${server.dir.path}/f`;
  failure(await get(proxy.url, "f", target));
  const other = sampleBytes(MiB + 5, 9);
  await Deno.writeFile(`${server.root}/f`, other);
  assertEquals(done(await get(server.url, "f", target)).moved, other.length);
  assertEquals(await Deno.readFile(target), other);
});

Deno.test("resume-with-changed-source: a put sends the blocks that changed", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  const source = `${server.dir.path}/f`;
  await Deno.writeFile(source, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { cutAt: 6 * MiB } }));
  failure(await put(proxy.url, source, "f"));
  bytes.set(sampleBytes(MiB, 7), MiB);
  await Deno.writeFile(source, bytes.subarray(0, 7 * MiB));
  const { moved } = done(await put(server.url, source, "f"));
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes.subarray(0, 7 * MiB)));
  assertLessOrEqual(moved, 4 * MiB);
});

Deno.test("resume-with-corrupt-partial: a get fetches damaged blocks again", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  await Deno.writeFile(`${server.root}/f`, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { cutAt: 6 * MiB } }));
  const target = `${server.dir.path}/f`;
  failure(await get(proxy.url, "f", target));
  const { part } = partPaths(target);
  const content = await Deno.readFile(part);
  content[MiB + 5]! ^= 1;
  await Deno.writeFile(part, content);
  const { moved } = done(await get(server.url, "f", target));
  assertEquals(await fileSha256(target), sha256(bytes));
  assertLessOrEqual(moved, 5 * MiB);
});

Deno.test("resume-with-corrupt-partial: an invalid part file or journal does no harm", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(2 * MiB + 1);
  await Deno.writeFile(`${server.root}/f`, bytes);
  const target = `${server.dir.path}/f`;
  const { part, journal } = partPaths(target);
  await Deno.writeFile(part, sampleBytes(5 * MiB, 3));
  await Deno.writeTextFile(journal, '{"name":');
  assertEquals(done(await get(server.url, "f", target)).moved, bytes.length);
  assertEquals(await Deno.readFile(target), bytes);
  assertEquals(names(server.dir.path), ["f", "root", "state"]);
});

Deno.test("resume-with-corrupt-partial: a put sends damaged blocks again", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  const source = `${server.dir.path}/f`;
  await Deno.writeFile(source, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { cutAt: 6 * MiB } }));
  failure(await put(proxy.url, source, "f"));
  const staged = await Deno.readFile(stagedPath(server.root));
  staged[MiB + 5]! ^= 1;
  await Deno.writeFile(stagedPath(server.root), staged);
  const { moved } = done(await put(server.url, source, "f"));
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes));
  assertLessOrEqual(moved, 5 * MiB);
});

Deno.test("--no-resume keeps nothing and uses nothing, in both directions", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  await Deno.writeFile(`${server.root}/f`, bytes);
  const cut = { cutAt: 6 * MiB };
  await using proxy = await FaultProxy.start(server.url, () => ({ down: cut, up: cut }));
  const target = `${server.dir.path}/f`;
  failure(await get(proxy.url, "f", target, { resume: false }));
  assertEquals(names(server.dir.path), ["root", "state"]);
  assertEquals(done(await get(server.url, "f", target, { resume: false })).moved, bytes.length);
  failure(await put(proxy.url, target, "g", { resume: false }));
  assertEquals(done(await put(server.url, target, "g", { resume: false })).moved, bytes.length);
  assertEquals(names(`${server.root}/.ftserver/staging`), []);
});

Deno.test("a lost connection is opened again, and the time of the next attempt is reported", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(8 * MiB);
  await Deno.writeFile(`${server.root}/f`, bytes);
  const cut = { cutAt: 5 * MiB };
  const faults = (connection: number) => connection === 0 ? { down: cut, up: cut } : {};
  const target = `${server.dir.path}/f`;
  const began = Date.now();
  {
    await using proxy = await FaultProxy.start(server.url, faults);
    const ended = await get(proxy.url, "f", target, { retries: 2 });
    const [retry] = ended.events.filter((event) => event.kind === "retry");
    assertEquals([retry!.attempt, retry!.of, retry!.error.code], [1, 2, "network"]);
    assert(retry!.atMs > began && retry!.atMs < Date.now() + 1);
    assertLessOrEqual(done(ended).moved, bytes.length + 2 * MiB);
    assertEquals(await fileSha256(target), sha256(bytes));
  }
  await using proxy = await FaultProxy.start(server.url, faults);
  const ended = await put(proxy.url, target, "g", { retries: 1 });
  assertEquals(ended.events.filter(({ kind }) => kind === "retry").length, 1);
  assertLessOrEqual(done(ended).moved, bytes.length + 2 * MiB);
  assertEquals(await fileSha256(`${server.root}/g`), sha256(bytes));
});

Deno.test("two-writers-one-name: one wins, the other gets a conflict, and nothing is mixed", async () => {
  await using server = await testServer();
  const [a, b] = [sampleBytes(6 * MiB, 1), sampleBytes(6 * MiB, 2)];
  await Deno.writeFile(`${server.dir.path}/a`, a);
  await Deno.writeFile(`${server.dir.path}/b`, b);
  const ended = await Promise.all([
    put(server.url, `${server.dir.path}/a`, "f", { identity: "client-a" }),
    put(server.url, `${server.dir.path}/b`, "f", { identity: "client-b" }),
  ]);
  const lost = ended.filter(({ result }) => "code" in result);
  assertEquals(lost.length, 1);
  assertEquals(failure(lost[0]!).code, "conflict");
  const stands = await fileSha256(`${server.root}/f`);
  assertEquals(stands, sha256("code" in ended[0]!.result ? b : a));
});

Deno.test("stale-writer-is-fenced: a writer that was replaced changes nothing when it wakes up", async () => {
  await using server = await testServer();
  const [old, fresh] = [sampleBytes(6 * MiB, 1), sampleBytes(6 * MiB, 2)];
  const source = `${server.dir.path}/f`;
  await Deno.writeFile(source, old);
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { freezeAt: 4 * MiB } }));
  const stale = put(proxy.url, source, "f", { existing: "overwrite" });
  await proxy.happened;
  await Deno.writeFile(`${server.dir.path}/g`, fresh);
  done(await put(server.url, `${server.dir.path}/g`, "f", { existing: "overwrite" }));
  assertEquals(await fileSha256(`${server.root}/f`), sha256(fresh));
  proxy.thaw();
  const { code, message } = failure(await stale);
  assertEquals(code, "conflict");
  assertMatch(message, /took this upload over/);
  assertEquals(await fileSha256(`${server.root}/f`), sha256(fresh));
  assertEquals(names(`${server.root}/.ftserver/staging`), []);
});

Deno.test("reader-during-overwrite-sees-one-version", async () => {
  await using server = await testServer();
  const [old, fresh] = [sampleBytes(6 * MiB, 1), sampleBytes(6 * MiB, 2)];
  await Deno.writeFile(`${server.root}/f`, old);
  await Deno.writeFile(`${server.dir.path}/g`, fresh);
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { freezeAt: 2 * MiB } }));
  const reading = get(proxy.url, "f", `${server.dir.path}/f`);
  await proxy.happened;
  done(await put(server.url, `${server.dir.path}/g`, "f", { existing: "overwrite" }));
  proxy.thaw();
  done(await reading);
  const got = await fileSha256(`${server.dir.path}/f`);
  assert(got === sha256(old) || got === sha256(fresh), "a mixture");
});
