/**
 * Flipped bits, on the network and on the disk: repaired or reported, but never stored.
 */

import { DatabaseSync } from "node:sqlite";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { done, failure, get, opener, put } from "./transfers.ts";

const MiB = 1024 * 1024;

/** Content whose block 2 is a run of bytes that appear nowhere else. */
const MARK = new TextEncoder().encode("a run that nothing else has, ");
function marked(): Uint8Array<ArrayBuffer> {
  const bytes = sampleBytes(5 * MiB + 9);
  for (let at = 2 * MiB; at + MARK.length <= 3 * MiB; at += MARK.length) bytes.set(MARK, at);
  return bytes;
}

Deno.test("bit-flip-in-flight: a damaged block is fetched again, alone", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(6 * MiB + 9);
  await Deno.writeFile(`${server.root}/f`, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ down: { flipAt: [2.5 * MiB] } }));
  const ended = await get(proxy.url, "f", `${server.dir.path}/f`);
  assertEquals(done(ended).moved, bytes.length + MiB);
  assertEquals(ended.notices, ["block 2 of f arrived damaged: fetching again"]);
  assertEquals(await fileSha256(`${server.dir.path}/f`), sha256(bytes));
});

Deno.test("bit-flip-in-flight: a damaged block is sent again, alone", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(6 * MiB + 9);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { flipAt: [2.5 * MiB] } }));
  const ended = await put(proxy.url, `${server.dir.path}/f`, "f");
  assertEquals(done(ended).moved, bytes.length + MiB);
  assertEquals(ended.notices, ["block 2 of f arrived damaged: sending again"]);
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes));
});

/** Returns the offset of the first digest of a block in a recorded stream. */
async function digestOffset(url: string, name: string, dir: string, way: "up" | "down") {
  const seen = new Uint8Array(3 * MiB);
  let length = 0;
  await using proxy = await FaultProxy.start(url, () => ({
    [way]: {
      look: (piece: Uint8Array, at: number) => {
        if (at + piece.length <= seen.length) seen.set(piece, at);
        length = at + piece.length;
      },
    },
  }));
  if (way === "down") done(await get(proxy.url, name, `${dir}/look`));
  else done(await put(proxy.url, `${dir}/${name}`, "look"));
  const type = new TextEncoder().encode("BLCK");
  for (let i = 0; i < Math.min(length, seen.length) - 60; i++) {
    // Type, exchange, block number, length, digest.
    if (type.every((byte, n) => seen[i + n] === byte)) return i + 4 + 12;
  }
  throw new Error("no BLCK frame was seen");
}

Deno.test("bit-flip-in-flight: a damaged digest counts as a damaged block, in both directions", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(2 * MiB);
  await Deno.writeFile(`${server.root}/f`, bytes);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  done(await get(server.url, "f", `${server.dir.path}/warm`));
  const down = await digestOffset(server.url, "f", server.dir.path, "down");
  const up = await digestOffset(server.url, "f", server.dir.path, "up");
  await using proxy = await FaultProxy.start(
    server.url,
    (connection) => connection === 0 ? { down: { flipAt: [down] } } : { up: { flipAt: [up] } },
  );
  const got = await get(proxy.url, "f", `${server.dir.path}/got`);
  assertEquals([done(got).moved, got.notices.length], [3 * MiB, 1]);
  assertEquals(await fileSha256(`${server.dir.path}/got`), sha256(bytes));
  const sent = await put(proxy.url, `${server.dir.path}/f`, "sent");
  assertEquals([done(sent).moved, sent.notices.length], [3 * MiB, 1]);
  assertEquals(await fileSha256(`${server.root}/sent`), sha256(bytes));
});

Deno.test("bit-flip-in-flight: a block that stays damaged ends with 6 and is named, in both directions", async () => {
  await using server = await testServer();
  const bytes = marked();
  await Deno.writeFile(`${server.root}/f`, bytes);
  await Deno.writeFile(`${server.dir.path}/g`, bytes);
  const faults = { flipRunsOf: MARK };
  await using proxy = await FaultProxy.start(server.url, () => ({ up: faults, down: faults }));
  const got = failure(await get(proxy.url, "f", `${server.dir.path}/f`));
  assertEquals([got.code, got.exitCode], ["integrity", 6]);
  assertMatch(got.message, /block 2\b.*\bf\b/);
  const sent = failure(await put(proxy.url, `${server.dir.path}/g`, "g"));
  assertEquals(sent.code, "integrity");
  assertMatch(sent.message, /block 2\b.*\bg\b/);
  assert(![...Deno.readDirSync(server.root)].some(({ name }) => name === "g"));
  assert(![...Deno.readDirSync(server.dir.path)].some(({ name }) => name === "f"));
  assertEquals(
    done(await get(server.url, "f", `${server.dir.path}/f`)).moved,
    MiB,
    "one was missing",
  );
});

/** Flips a bit of a served file without changing its time, as a failing disk does. */
async function rot(server: TestServer, name: string, at: number): Promise<void> {
  {
    using file = await Deno.open(`${server.root}/${name}`, { read: true, write: true });
    await file.seek(at, Deno.SeekMode.Start);
    const byte = new Uint8Array(1);
    await file.read(byte);
    byte[0]! ^= 1;
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(byte);
  }
  await using remote = await opener(server.url)();
  const { revision } = await remote.files.stat(name);
  const database = new DatabaseSync(`${server.state}/digests.sqlite`);
  database.prepare("UPDATE digests SET revision = ? WHERE path = ?").run(revision, name);
  database.close();
}

Deno.test("bit-flip-on-disk: damaged content ends with 6, names the block, and is not taken as present", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(4 * MiB + 9);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  const { root } = done(await put(server.url, `${server.dir.path}/f`, "f"));
  await rot(server, "f", 3 * MiB + 4);
  for (const target of ["again", "again"]) {
    const { code, message } = failure(await get(server.url, "f", `${server.dir.path}/${target}`));
    assertEquals(code, "integrity");
    assertMatch(message, /block 3\b.*\bf\b/);
  }
  assert(![...Deno.readDirSync(server.dir.path)].some(({ name }) => name === "again"));
  const mended = done(await put(server.url, `${server.dir.path}/f`, "g"));
  assertEquals(mended.root, root);
  const piped = await get(server.url, "f", "-", { sink: new WritableStream() });
  assertEquals(failure(piped).code, "integrity");
});

Deno.test("bit-flip-on-disk: overwriting damaged content keeps no damaged block", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(4 * MiB + 9);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  done(await put(server.url, `${server.dir.path}/f`, "f"));
  await rot(server, "f", 3 * MiB + 4);
  bytes.set(sampleBytes(50, 3), 5);
  await Deno.writeFile(`${server.dir.path}/f`, bytes);
  const { moved } = done(
    await put(server.url, `${server.dir.path}/f`, "f", { existing: "overwrite" }),
  );
  assertEquals(await fileSha256(`${server.root}/f`), sha256(bytes));
  assertEquals(moved, 2 * MiB, "only changed and damaged blocks are sent");
});
