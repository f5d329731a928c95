import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { asFtError } from "../../lib/base/os_errors.ts";
import { MAX_PATH_DEPTH } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import type { Files } from "../../lib/service/files.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const KiB = 1024;
const QUOTA = 256 * KiB;

/** A server on which the folder `box` has a quota. */
async function served(listen = ["ft://127.0.0.1:0"]): Promise<TestServer> {
  const server = await testServer({ listen });
  using database = openAuthDatabase(server.state);
  new Rules(database).add({
    ...{ subject: "*", effect: "quota", actions: [], path: "box", bytes: QUOTA },
  });
  await Deno.mkdir(`${server.root}/box`);
  return server;
}

/** Bytes of the files below a folder, as the disk has them. */
async function held(dir: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    const at = `${dir}/${name}`;
    bytes += isDirectory ? await held(at) : (await Deno.stat(at)).size;
  }
  return bytes;
}

function small(path: string, bytes: number) {
  return smallFile({ path, bytes: new Uint8Array(bytes), mtimeMs: 0, executable: false });
}

const replace = { precondition: { kind: "any" } } as const;

async function codesOf(works: readonly Promise<unknown>[]): Promise<string[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => end.status === "fulfilled" ? "done" : asFtError(end.reason).code);
}

/** Fills `box` again and again, after `shrink` has tried to make the server count too little. */
async function fill(files: Files, shrink: (round: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await shrink(round);
    const batch = Array.from({ length: 4 }, (_, i) => small(`box/${round}_${i}`, 60 * KiB));
    await files.writeMany(batch, replace);
  }
}

Deno.test("quota-batch-same-name: a name that is replaced many times frees its bytes once", async () => {
  await using server = await served();
  await using remote = await server.connect();
  await fill(remote.files, async () => {
    await remote.files.writeMany([small("box/x", 60 * KiB)], replace);
    await remote.files.writeMany(Array.from({ length: 8 }, () => small("box/x", 0)), replace);
  });
  const bytes = await held(`${server.root}/box`);
  assert(bytes <= QUOTA, `${bytes} bytes under a quota of ${QUOTA}`);
});

Deno.test("quota-batch-same-name: concurrent batches with one name", async () => {
  await using server = await served();
  await using remote = await server.connect();
  await fill(remote.files, async () => {
    await remote.files.writeMany([small("box/x", 60 * KiB)], replace);
    await Promise.all(
      Array.from({ length: 8 }, () => remote.files.writeMany([small("box/x", 0)], replace)),
    );
  });
  const bytes = await held(`${server.root}/box`);
  assert(bytes <= QUOTA, `${bytes} bytes under a quota of ${QUOTA}`);
});

Deno.test("quota-pipelined-moves: files and folders moved in at once", async () => {
  await using server = await served();
  await using remote = await server.connect();
  const names = Array.from({ length: 32 }, (_, i) => `${i}`);
  for (const name of names) await Deno.mkdir(`${server.root}/out/${name}`, { recursive: true });
  await remote.files.writeMany(names.map((name) => small(`out/${name}/f`, 60 * KiB)));
  await remote.files.writeMany(names.map((name) => small(`flat_${name}`, 60 * KiB)));
  const codes = await codesOf([
    ...names.map((name) => remote.files.move(`out/${name}`, `box/${name}`)),
    ...names.map((name) => remote.files.move(`flat_${name}`, `box/flat_${name}`)),
  ]);
  const bytes = await held(`${server.root}/box`);
  assert(bytes <= QUOTA, `${bytes} bytes under a quota of ${QUOTA}`);
  assertEquals([codes.filter((code) => code === "done").length, bytes], [4, 4 * 60 * KiB]);
});

Deno.test("quota-pipelined-moves: batches and moves at once", async () => {
  await using server = await served();
  await using remote = await server.connect();
  const names = Array.from({ length: 16 }, (_, i) => `${i}`);
  await remote.files.writeMany(names.map((name) => small(`flat_${name}`, 60 * KiB)));
  await Promise.allSettled(names.flatMap((name) => [
    remote.files.move(`flat_${name}`, `box/flat_${name}`),
    remote.files.writeMany([small(`box/batch_${name}`, 60 * KiB)]),
    remote.files.remove(`box/flat_${name}`),
  ]));
  const bytes = await held(`${server.root}/box`);
  assert(bytes <= QUOTA, `${bytes} bytes under a quota of ${QUOTA}`);
});

Deno.test("quota-depth: a tree is not moved where it could not be seen or removed", async () => {
  await using server = await served();
  await using remote = await server.connect();
  const deep = (name: string, depth: number) => Array(depth).fill(name).join("/");
  const half = MAX_PATH_DEPTH / 2;
  await remote.files.mkdir(`box/${deep("a", half)}`);
  await remote.files.mkdir(`tree/${deep("b", half)}`);
  await remote.files.writeMany([small(`tree/${deep("b", half)}/f`, 60 * KiB)]);
  assertEquals(await codesOf([remote.files.move("tree", `box/${deep("a", half)}/t`)]), ["limit"]);
  // The longest names: each path is allowed, and both together are not.
  const long = (name: string) => Array(9).fill(name.repeat(250)).join("/");
  await remote.files.mkdir(long("x"));
  await remote.files.mkdir(`top/${long("y")}`);
  assertEquals(await codesOf([remote.files.move("top", `${long("x")}/t`)]), ["limit"]);
  await remote.files.remove("box", { recursive: true });
  await remote.files.remove("x".repeat(250), { recursive: true });
});

Deno.test("quota-depth: folders created while a tree is moved", async () => {
  await using server = await served();
  await using remote = await server.connect();
  const deep = (name: string, depth: number) => Array(depth).fill(name).join("/");
  const half = MAX_PATH_DEPTH / 2;
  await remote.files.mkdir(`box/${deep("a", half)}`);
  for (let round = 0; round < 8; round++) {
    await remote.files.mkdir("tree");
    await Promise.allSettled([
      remote.files.move("tree", `box/${deep("a", half)}/t${round}`),
      remote.files.mkdir(`tree/${deep("b", half)}`),
      remote.files.writeMany([small(`tree/${deep("b", half)}/f`, 60 * KiB)]),
    ]);
  }
  await remote.files.remove("box", { recursive: true });
});

Deno.test("quota-pipelined-moves: uploads of a legacy dialect at once", async () => {
  await using server = await served(["ft+json://127.0.0.1:0"]);
  const put = (name: string) =>
    lengthAnd(JSON.stringify({
      ...{ command: "put", fileName: `box/${name}`, fileContent: "x".repeat(60 * KiB) },
    }));
  await Promise.all(Array.from({ length: 16 }, async (_, i) => {
    using peer = await rawPeer(server.url);
    await peer.say(put(`${i}`));
    const length = new DataView((await peer.reader.readExactly(4)).slice().buffer).getUint32(0);
    await peer.text(length);
  }));
  assertEquals(await held(`${server.root}/box`), 4 * 60 * KiB);
  assertEquals([...Deno.readDirSync(`${server.root}/.ftserver/staging`)].length, 0);
});

Deno.test("quota-pipelined-moves: a folder is renamed in a full quota, and not counted twice", async () => {
  await using server = await served();
  await using remote = await server.connect();
  await remote.files.writeMany([0, 1, 2, 3].map((i) => small(`box/in/${i}`, 60 * KiB)));
  for (let i = 0; i < 4; i++) {
    await remote.files.move(i % 2 === 0 ? "box/in" : "box/at", i % 2 === 0 ? "box/at" : "box/in");
  }
  const [over] = await remote.files.writeMany([small("box/more", 60 * KiB)]);
  assertEquals("error" in over! && asFtError(over.error).code, "limit");
  await remote.files.move("box/in", "out");
  const [fits] = await remote.files.writeMany([small("box/more", 60 * KiB)]);
  assertEquals("value" in fits!, true);
});
