/**
 * One file that is served alone and read-only: clients of no dialect see, read or change anything
 * else of its folder.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import { filesBelow } from "../../testing/files/same_files.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

const HOW = { times: true, resume: true, transfers: 1, recursive: false } as const;
/** The files of the folder, and their content. */
const FOLDER = { "film.mp4": "film", "key.pem": "secret", "sub/deep.txt": "deep" };

async function folder(): Promise<TempDir> {
  const dir = await tempDir();
  for (const [name, text] of Object.entries(FOLDER)) {
    await Deno.mkdir(dir.join("root/sub"), { recursive: true });
    await Deno.writeTextFile(dir.join(`root/${name}`), text);
  }
  return dir;
}

/** The names and the content of all files in the folder. */
async function now(dir: TempDir): Promise<Record<string, string>> {
  const names = (await filesBelow(dir.join("root"))).filter((name) => !name.endsWith("/"));
  const read = (name: string) => Deno.readTextFile(dir.join(`root/${name}`));
  return Object.fromEntries(
    await Promise.all(names.sort().map(async (name) => [name, await read(name)])),
  );
}

for (const dialect of ["native", "line", "framed", "oneshot", "updown", "json"]) {
  Deno.test(`a single file is all that a ${dialect} client can get, and it can put nothing`, async () => {
    await using dir = await folder();
    const scheme = dialect === "native" ? "ft" : `ft+${dialect}`;
    const [root, listen] = [dir.join("root"), [`${scheme}://127.0.0.1:0`]];
    await using live = await testServer({ root, only: "film.mp4", listen });
    const open = () => openRemote(parseEndpoint(live.url), { timeoutMs: 10_000 });
    const to = dir.join("got");
    const names = ["film.mp4", "key.pem", "sub/deep.txt", "missing"];
    const get = { ...HOW, names, dir: to, existing: "refuse" } as const;
    const { done, failed } = await getFiles(open, get, () => {});
    assertEquals(done.map(({ name }) => name), ["film.mp4"]);
    assertEquals(await Deno.readTextFile(`${to}/film.mp4`), "film");
    // What is there is no different from what is not.
    assertEquals(new Set(failed.map(({ error }) => error.code)), new Set(["not_found"]));
    await Deno.writeTextFile(dir.join("film.mp4"), "other");
    await Deno.writeTextFile(dir.join("new.txt"), "new");
    const sources = ["film.mp4", "new.txt"].map((name) => dir.join(name));
    const put = { ...HOW, sources, to: ".", existing: "overwrite" } as const;
    const codes = await putFiles(open, put, () => {}).then(
      ({ failed }) => failed.map(({ error }) => error.code),
      (error) => sources.map(() => error.code),
    );
    const expected = ["line", "framed", "oneshot"].includes(dialect) ? "protocol" : "not_allowed";
    assertEquals(codes, [expected, expected]);
    assertEquals(await now(dir), FOLDER);
  });
}

Deno.test("a single file is the whole listing, and every change is refused with not_allowed", async () => {
  await using dir = await folder();
  await using live = await testServer({ root: dir.join("root"), only: "film.mp4" });
  await using remote = await live.connect();
  const { files } = remote;
  for (const recursive of [false, true]) {
    const listed = await Array.fromAsync(files.list(".", { recursive }));
    assertEquals(listed.map(({ path }) => path), ["film.mp4"]);
  }
  const root = "0".repeat(64);
  const file = { path: "x", bytes: new Uint8Array(1), mtimeMs: 0, executable: false };
  const missing = ["sub", "key.pem", "sub/deep.txt", "film.mp4/x"].flatMap((path) => [
    () => files.stat(path),
    () => files.read(path),
    () => files.manifest(path),
    () => files.sum(path, "sha256"),
    () => Array.fromAsync(files.list(path)),
  ]);
  const refused = [
    () => files.stage("film.mp4", { precondition: { kind: "any" } }),
    () => files.stage("x"),
    () => files.mkdir("x"),
    () => files.remove("film.mp4"),
    () => files.remove("sub", { recursive: true }),
    () => files.move("film.mp4", "x"),
    () => files.move("key.pem", "x"),
    () => files.setFacts("film.mp4", { root, mtimeMs: 0 }),
    () => files.lease("film.mp4", { ttlMs: 1000 }),
  ];
  for (const [code, calls] of [["not_found", missing], ["not_allowed", refused]] as const) {
    for (const call of calls) {
      const error = await assertRejects<FtError>(call as () => Promise<unknown>, FtError);
      assertEquals([String(call), error.code], [String(call), code]);
    }
  }
  const [written] = await files.writeMany([smallFile(file)]);
  assertEquals(written && "error" in written && (written.error as FtError).code, "not_allowed");
  assertEquals(await now(dir), FOLDER);
});

Deno.test("a single file is served from a folder that another server holds, beside the state", async () => {
  await using dir = await folder();
  const root = dir.join("root");
  await using _whole = await testServer({ root });
  const before = await filesBelow(root);
  await using live = await testServer({ root, only: "film.mp4", state: dir.join("root/state") });
  await using remote = await live.connect();
  assertEquals((await remote.files.stat("film.mp4")).bytes, 4);
  const own = (name: string) => !name.startsWith("state/");
  assertEquals((await filesBelow(root)).filter(own).sort(), before.sort());
  for (const only of ["sub", "missing", "../root/film.mp4", "."]) {
    const error = await assertRejects(() => testServer({ root, only }), FtError);
    assertEquals([only, ["usage", "not_found", "not_allowed"].includes(error.code)], [only, true]);
  }
});
