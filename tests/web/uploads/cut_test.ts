/**
 * Resumable uploads whose requests are cut, and servers that stop between them.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { openDatabase } from "../../../lib/base/database.ts";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { delay } from "../../../lib/base/signals.ts";
import { sampleBytes, sha256 } from "../../../testing/content.ts";
import { type RawPeer, rawPeer } from "../../../testing/network/raw_peer.ts";
import { TusPeer } from "../../../testing/tus.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(3 * BLOCK_BYTES + 77);

/** Sends the rest of an upload, up to a byte, once the server has asked for it. */
async function begin(
  server: WebServer,
  location: string,
  start: number,
  end: number,
): Promise<RawPeer> {
  const peer = await rawPeer(server.webUrl);
  const head = [
    `PATCH ${location} HTTP/1.1`,
    "Host: localhost",
    "Content-Type: application/offset+octet-stream",
    `Upload-Offset: ${start}`,
    `Content-Length: ${CONTENT.length - start}`,
    "Expect: 100-continue",
  ];
  await peer.say(`${head.join("\r\n")}\r\n\r\n`);
  assertEquals(await peer.line(), "HTTP/1.1 100 Continue");
  assertEquals(await peer.line(), "");
  await peer.say(CONTENT.subarray(start, end));
  return peer;
}

/** The staged files. */
async function stagedIn({ root }: WebServer): Promise<string[]> {
  const folder = join(root, ".ftserver", "staging");
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  return entries.map(({ name }) => join(folder, name));
}

async function finish(server: WebServer, location: string, name = "a"): Promise<void> {
  const tus = new TusPeer(server.webUrl);
  const offset = await tus.offset(location);
  assertEquals((await tus.patch(location, offset, CONTENT.subarray(offset))).status, 204);
  assertEquals(await Deno.readFile(join(server.root, name)), CONTENT);
  assertEquals(await stagedIn(server), []);
}

Deno.test("every byte counts that arrives before a connection is cut", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  const cuts = [0, 1, 1000, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES + 76];
  for (const [i, end] of cuts.slice(1).entries()) {
    using peer = await begin(server, location, cuts[i]!, end);
    await peer.finish();
    await peer.rest();
    assertEquals(await tus.offset(location), end);
  }
  await finish(server, location);
});

Deno.test("a part with a checksum that is cut does not count", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  await tus.patch(location, 0, CONTENT.subarray(0, 100));
  {
    using peer = await rawPeer(server.webUrl);
    const fields = ["Host: localhost", "Content-Type: application/offset+octet-stream"];
    const sum = `Upload-Checksum: sha1 ${"A".repeat(27)}=`;
    const head = [`PATCH ${location} HTTP/1.1`, ...fields, sum, "Upload-Offset: 100"];
    await peer.say(`${head.join("\r\n")}\r\nContent-Length: 3000000\r\n\r\n`);
    await peer.say(CONTENT.subarray(100, 2_500_000));
    await peer.finish();
    await peer.rest();
  }
  assertEquals(await tus.offset(location), 100);
  await finish(server, location);
});

Deno.test("stale-writer-is-fenced: an abandoned connection gives way, and one that is used does not", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  using frozen = await begin(server, location, 0, BLOCK_BYTES + 5);
  await server.event("transfer.progress", { done: BLOCK_BYTES });
  // As long as bytes arrive, the connection is not abandoned.
  while (await tus.offset(location) < BLOCK_BYTES + 5);
  assertMatch(await frozen.line() ?? "", /^HTTP\/1\.1 409 /);
  using busy = await begin(server, location, BLOCK_BYTES + 5, BLOCK_BYTES + 6);
  const second = tus.patch(location, BLOCK_BYTES + 5, "x");
  let answered = false;
  second.finally(() => answered = true);
  let sent = BLOCK_BYTES + 6;
  for (; !answered; sent += 10) {
    await busy.say(CONTENT.subarray(sent, sent + 10));
    await delay(100);
  }
  assertEquals((await second).status, 423);
  await busy.finish();
  await busy.rest();
  assertEquals(await tus.offset(location), sent);
  await finish(server, location);
});

Deno.test("a server that stops does not wait for the rest of an upload", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  const end = 2 * BLOCK_BYTES + 100;
  using peer = await begin(server, location, 0, end);
  await server.event("transfer.progress", { done: 2 * BLOCK_BYTES });
  const drained = server.restart();
  const answer = new TextDecoder().decode(await peer.rest());
  assertMatch(answer, /^HTTP\/1\.1 503 [^]*retry-after: /);
  await peer.finish();
  await drained;
  const offset = await tus.offset(location);
  assert(offset >= 2 * BLOCK_BYTES && offset <= end, `${offset}`);
  await finish(server, location);
});

Deno.test("resume-with-corrupt-partial: what is staged is compared before an upload goes on", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const end = 2 * BLOCK_BYTES + 100;
  const damages: Record<string, readonly [(path: string) => Promise<void>, number]> = {
    "nothing": [() => Promise.resolve(), end],
    "its tail": [(path) => flip(path, 2 * BLOCK_BYTES + 50), 2 * BLOCK_BYTES],
    "its second block": [(path) => flip(path, BLOCK_BYTES), BLOCK_BYTES],
    "its first block": [(path) => flip(path, 5), 0],
    "a shorter file": [(path) => Deno.truncate(path, BLOCK_BYTES + 5), BLOCK_BYTES],
    "no file": [(path) => Deno.remove(path), 0],
  };
  for (const [what, [damage, left]] of Object.entries(damages)) {
    const location = await tus.create(what, CONTENT.length);
    await tus.patch(location, 0, CONTENT.subarray(0, end));
    await server.restart();
    await damage((await stagedIn(server))[0]!);
    const rest = CONTENT.subarray(end);
    const { status, headers } = await tus.patch(location, end, rest);
    const expected = left === end ? [204, `${CONTENT.length}`] : [409, `${left}`];
    assertEquals([status, headers.get("upload-offset")], expected, what);
    if (left !== end) await finish(server, location, what);
  }
});

/** Changes a byte. */
async function flip(path: string, at: number): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.seek(at, Deno.SeekMode.Start);
  await file.read(byte);
  byte[0]! ^= 1;
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(byte);
}

Deno.test("blocks of zeros are no gap after a restart", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const content = new Uint8Array(4 * BLOCK_BYTES);
  content.set(CONTENT.subarray(0, 10), BLOCK_BYTES);
  const facts = { filename: "zeros", sha256: sha256(content) };
  const location = await tus.create(facts, content.length);
  const end = 3 * BLOCK_BYTES + 1000;
  await tus.patch(location, 0, content.subarray(0, end));
  await server.restart();
  const { status, headers } = await tus.patch(location, end, content.subarray(end));
  assertEquals([status, headers.get("upload-offset")], [204, `${content.length}`]);
  assertEquals(await Deno.readFile(join(server.root, "zeros")), content);
});

Deno.test("a server that was killed at the commit finds out whether the file has its name", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const done = await tus.post({ filename: "a", existing: "overwrite" }, 5, {}, "12345");
  const root = done.headers.get("etag")!.slice(1, -1);
  const locations = [done.headers.get("location")!, await tus.create("b", 5)];
  await tus.patch(locations[1]!, 0, "1234");
  const commit = (location: string) =>
    server.restart().then(() => {
      using database = openDatabase(join(server.state, "uploads.sqlite"), {
        ...{ durable: false, setUp: () => {} },
      });
      const id = location.split("/").at(-1)!;
      database.prepare("UPDATE uploads SET state = 'committing', root = ? WHERE id = ?")
        .run(root, id);
    });
  for (const location of locations) await commit(location);
  assertEquals(await tus.offset(locations[0]!), 5);
  assertEquals((await tus.head(locations[0]!)).headers.get("content-location"), "/files/a");
  assertEquals(await tus.offset(locations[1]!), 4);
  assertEquals((await tus.patch(locations[1]!, 4, "5")).status, 204);
  assertEquals(await Deno.readTextFile(join(server.root, "b")), "12345");
});
