/**
 * `get NAME… DIR` and `put FILE… DIR`, as `scp` and `cp` have them.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { lstatOrNull } from "../../../lib/base/missing_files.ts";
import { observe } from "../../../testing/cli/flag_walk.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

async function scene(): Promise<TestServer & { work: string }> {
  const server = await testServer();
  const work = server.dir.join("work");
  for (const dir of [work, `${server.root}/shelf`]) await Deno.mkdir(dir);
  for (const name of ["a.txt", "b.txt"]) {
    await Deno.writeTextFile(`${server.root}/${name}`, `remote ${name}`);
    await Deno.writeTextFile(`${work}/up-${name}`, `local ${name}`);
  }
  return { ...server, work };
}

function run(server: TestServer, url: string, ...args: string[]) {
  const env = { FTCLIENT_HOST: url, FTCLIENT_RETRIES: "0", XDG_STATE_HOME: server.dir.path };
  return observe(args, { env, dirs: [] });
}

Deno.test("get NAME… DIR downloads to a local folder that the server does not have", async () => {
  await using server = await scene();
  const { work, url } = server;
  const { code, stderr } = await run(server, url, "get", "a.txt", "b.txt", work);
  assertEquals([code, stderr.includes("not found")], [0, false], stderr);
  assertEquals(await Deno.readTextFile(`${work}/b.txt`), "remote b.txt");
  const rooted = await run(server, url, "-d", `${work}/..`, "get", "a.txt", "/");
  assertEquals(rooted.code, 23, "the served root");
});

Deno.test("get NAME… DIR downloads what the server has of that name", async () => {
  await using server = await scene();
  const { work, url, root } = server;
  const below = work.replace(/^\/+/, "");
  await Deno.mkdir(`${root}/${below}`, { recursive: true });
  const { code, stderr } = await run(server, url, "get", "a.txt", work, "-n");
  assertEquals(code, 23);
  assertStringIncludes(stderr, `is a folder: ${below}`);
});

Deno.test("get NAME FILE prints the command that saves it under that name", async () => {
  await using server = await scene();
  const { work, url } = server;
  const args = ["get", "a.txt", `${work}/new.txt`];
  const { code, stderr } = await run(server, url, "-d", `${work}/..`, ...args.slice(0, 2));
  assertEquals(code, 0, stderr);
  const hinted = await run(server, url, "-n", ...args);
  assertEquals(hinted.code, 23);
  assertStringIncludes(hinted.stderr, `use: ftclient get a.txt -o ${work}/new.txt\n`);
  assertEquals(lstatOrNull(`${work}/new.txt`), null);
});

Deno.test("put FILE… DIR uploads to a folder of the server that is nothing here", async () => {
  await using server = await scene();
  const { work, url, root } = server;
  for (const dir of ["shelf", "/shelf/"]) {
    const { code, stderr } = await run(server, url, "put", `${work}/up-a.txt`, dir);
    assertEquals(code, 0, stderr);
  }
  assertEquals(await Deno.readTextFile(`${root}/shelf/up-a.txt`), "local a.txt");
  const both = [`${work}/up-a.txt`, `${work}/up-b.txt`];
  assertEquals((await run(server, url, "put", ...both)).code, 0, "files that exist here");
  assertEquals(lstatOrNull(`${root}/up-b.txt`)?.isFile, true);
});

Deno.test("put FILE NAME prints the command that makes the folder", async () => {
  await using server = await scene();
  const file = `${server.work}/up-a.txt`;
  const { code, stderr } = await run(server, server.url, "put", file, "photos/2026");
  assertEquals(code, 23);
  assertStringIncludes(stderr, `use: ftclient put ${file} --to photos/2026\n`);
});

Deno.test("the last word is as typed over a dialect that has no details of files", async () => {
  await using server = await scene();
  const url = server.url.replace("ft:", "ft+line:");
  const { work } = server;
  const { code, stderr } = await run(server, url, "-d", `${work}/..`, "get", "a.txt", work);
  assertEquals([code, stderr.includes("use: ftclient")], [23, false]);
});
