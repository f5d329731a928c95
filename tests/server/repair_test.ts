/**
 * `ftserver scrub --repair`: damaged content comes back from versions.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { Hasher } from "../../lib/blocks/hasher.ts";
import { blockCount, blockDigest, DigestList, rootOf } from "../../lib/blocks/manifest.ts";
import type { Files } from "../../lib/service/files.ts";
import { repair } from "../../lib/service/repair.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { DEFAULT_VERSION_POLICY } from "../../lib/storage/version_policy.ts";
import { sampleBytes } from "../../testing/content.ts";
import { rot } from "../../testing/files/rot.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { System } from "../../testing/programs/system.ts";
import { testServer } from "../../testing/test_server.ts";

const MiB = 1024 * 1024;

/** A server that was stopped, with the content of files after and before they were overwritten. */
async function stopped(files: Record<string, readonly Uint8Array[]>) {
  const system = await System.start();
  for (const [name, contents] of Object.entries(files)) {
    for (const content of contents) {
      await Deno.writeFile(system.at(name), content);
      assertEquals((await system.client(["put", name, "--overwrite"])).code, 0);
    }
  }
  await system.stop();
  const scrub = (...args: string[]) =>
    runProgram(system.programs.server, [
      ...["scrub", "--root", system.root, "--state", system.state, ...args],
    ]);
  return { system, scrub, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
}

Deno.test("a damaged block comes back from a version that has it at the same place", async () => {
  const old = sampleBytes(3 * MiB + 5);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  await using scene = await stopped({ f: [old, now] });
  const { system: { root, state }, scrub } = scene;
  await rot(root, state, "f", 2 * MiB + 9);
  const before = await Deno.stat(`${root}/f`);
  const found = await scrub();
  assertEquals([found.code, found.stdout], [6, "damaged: f: blocks 2\n"], found.stderr);
  const repaired = await scrub("--repair");
  assertEquals([repaired.code, repaired.stdout], [0, "repaired: f: blocks 2\n"], repaired.stderr);
  assertMatch(repaired.stderr, /none damaged, 1 repaired/);
  assertEquals(await Deno.readFile(`${root}/f`), now);
  const after = await Deno.stat(`${root}/f`);
  assertEquals([after.mode, after.mtime], [before.mode, before.mtime]);
  const again = await scrub("--json");
  assertEquals([again.code, JSON.parse(again.stdout).damaged], [0, 0]);
});

Deno.test("a block that no version has stays damaged, and the file as it is", async () => {
  const old = sampleBytes(2 * MiB);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  await using scene = await stopped({ f: [old, now], "g": [sampleBytes(9), sampleBytes(9, 2)] });
  const { system: { root, state }, scrub } = scene;
  await rot(root, state, "f", 7);
  await rot(root, state, "g", 3);
  const damaged = await Deno.readFile(`${root}/f`);
  const result = await scrub("--repair");
  assertEquals(result.code, 6, result.stderr);
  assertEquals(result.stdout.split("\n").map((line) => line.split(":")[0]), [
    ...["damaged", "damaged", ""],
  ]);
  assertEquals(await Deno.readFile(`${root}/f`), damaged);
});

/** Uploads a file block by block. */
async function putThrough(files: Files, path: string, content: Uint8Array): Promise<void> {
  const bytes = content.length;
  await using staged = await files.stage(path, { bytes, precondition: { kind: "any" } });
  await Array.fromAsync(staged.have());
  const digests = new DigestList();
  for (let index = 0; index * MiB < bytes; index++) {
    const block = content.slice(index * MiB, (index + 1) * MiB);
    const digest = blockDigest(block);
    digests.set(index, digest);
    await staged.write({ index, bytes: block, digest, [Symbol.dispose]: () => {} });
  }
  await staged.commit({ bytes, root: rootOf(digests.concat(blockCount(bytes)), bytes) });
}

/** A server with a file of which another version has the first two blocks, and the third is damaged. */
async function serving() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  const remote = stack.use(await server.connect());
  const old = sampleBytes(3 * MiB);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  for (const content of [old, now]) await putThrough(remote.files, "f", content);
  await rot(server.root, server.state, "f", 2 * MiB + 9);
  const owned = stack.move();
  return { server, remote, now, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("bit-flip-on-disk: a running server repairs while clients read and write", async () => {
  const old = sampleBytes(3 * MiB);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  await using system = await System.start({ logLevel: "info" });
  for (const content of [old, now]) {
    await Deno.writeFile(system.at("f"), content);
    assertEquals((await system.client(["put", "f", "--overwrite"])).code, 0);
  }
  await rot(system.root, system.state, "f", 2 * MiB + 9);
  const others: { code: number; stderr: string }[] = [];
  let done = false;
  const busy = (...args: string[]) =>
    (async () => {
      do others.push(await system.client(args)); while (!done);
    })();
  await Deno.writeFile(system.at("g"), sampleBytes(2 * MiB));
  const clients = [busy("put", "g", "--overwrite"), busy("ls", "-l")];
  const args = ["scrub", "--repair", "--root", system.root, "--state", system.state];
  const repaired = await runProgram(system.programs.server, args);
  done = true;
  await Promise.all(clients);
  assertEquals([repaired.code, repaired.stdout], [0, "repaired: f: blocks 2\n"], repaired.stderr);
  for (const { code, stderr } of others) assertEquals(code, 0, stderr);
  assertEquals(await Deno.readFile(`${system.root}/f`), now);
  assertEquals(await Deno.readFile(`${system.root}/g`), sampleBytes(2 * MiB));
  assertMatch(system.log, /scrub\.repaired name=f/);
  assertEquals((await system.client(["get", "f", "-o", "back"])).code, 0);
  assertEquals(await Deno.readFile(system.at("back")), now);
});

Deno.test("the damaged content becomes a version, which nobody takes for the good one", async () => {
  await using at = await serving();
  const damaged = await Deno.readFile(`${at.server.root}/f`);
  assertEquals(await at.server.server.repair("f"), true);
  assertEquals(await Deno.readFile(`${at.server.root}/f`), at.now);
  const [version, ...others] = await at.remote.versions.of("f");
  assertEquals([version!.root, others.length], [undefined, 1]);
  await at.remote.versions.restore("f", { rev: version!.rev });
  assertEquals(await Deno.readFile(`${at.server.root}/f`), damaged);
});

Deno.test("a file that is whole is not replaced by a repair", async () => {
  await using at = await serving();
  await at.server.server.repair("f");
  const { ino } = await Deno.stat(`${at.server.root}/f`);
  assertEquals(await at.server.server.repair("f"), true);
  assertEquals((await Deno.stat(`${at.server.root}/f`)).ino, ino);
});

Deno.test("a running server leaves a file that somebody holds, and repairs it afterwards", async () => {
  await using at = await serving();
  await at.remote.files.lease("f", { ttlMs: 60_000 });
  assertEquals(await at.server.server.repair("f"), false);
  await at.remote.files.release("f");
  assertEquals(await at.server.server.repair("f"), true);
});

Deno.test("what is written during a repair stays", async () => {
  await using at = await serving();
  const { root, state } = at.server;
  await at.server.server.drain();
  const versions = { index: `${state}/versions.sqlite`, policy: DEFAULT_VERSION_POLICY };
  await using store = await FsStore.open(root, { exclusive: true, versions });
  using cache = DigestCache.open(`${state}/digests.sqlite`);
  using hasher = new Hasher(0);
  const context = { store, versions: store.versions!, cache, hasher };
  const written = new Uint8Array(3);
  const alone = async () => {
    await Deno.writeFile(`${root}/new`, written);
    await Deno.rename(`${root}/new`, `${root}/f`);
    return { [Symbol.dispose]: () => {} };
  };
  assertEquals(await repair({ ...context, alone }, storePath("f")), false);
  assertEquals(await Deno.readFile(`${root}/f`), written);
});

Deno.test("a scheduled scrub repairs with --scrub-repair", async () => {
  const content = sampleBytes(10);
  await using scene = await stopped({ f: [content, sampleBytes(10, 2), content] });
  const { system } = scene;
  await rot(system.root, system.state, "f", 3);
  await using server = await ServerProcess.start({
    ...{ program: system.programs.server, root: system.root, state: system.state },
    args: ["--scrub-every", "7d", "--scrub-repair"],
  });
  await server.logs(/scrub\.repaired name=f blocks=0/);
  assertEquals(await Deno.readFile(`${system.root}/f`), content);
});
