/**
 * The commands for files, and their output for users and programs.
 */

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { sampleBytes, sha256 } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

const MiB = 1024 * 1024;

/** The objects of `--json`. */
function objects(stdout: string): Record<string, unknown>[] {
  assert(stdout.endsWith("\n"), `no complete line: ${stdout}`);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("get and put --json print one object per line with the documented fields", async () => {
  await using system = await System.start();
  const bytes = sampleBytes(2 * MiB + 3);
  await Deno.mkdir(system.at("a"));
  await Deno.writeFile(system.at("a/b.bin"), bytes);
  const put = await system.client(["put", "a/b.bin", "--to", "x/y", "--json"]);
  assertEquals([put.code, put.stdout.split("\n").length], [0, 2], put.stderr);
  const [sent] = objects(put.stdout);
  assertEquals(Object.keys(sent!), ["op", "name", "path", "bytes", "moved", "root", "seconds"]);
  const { seconds, root, ...facts } = sent!;
  assertEquals(facts, {
    op: "put",
    name: "x/y/b.bin",
    path: "a/b.bin",
    bytes: bytes.length,
    moved: bytes.length,
  });
  assertMatch(String(root), /^[0-9a-f]{64}$/);
  assertGreater(Number(seconds), 0);
  const get = await system.client(["get", "x/y/b.bin", "--json"]);
  const [got] = objects(get.stdout);
  assertEquals(Object.keys(got!), Object.keys(sent!));
  assertEquals({ ...got, seconds }, { ...sent, op: "get", path: "b.bin" });
  assertEquals(sha256(await Deno.readFile(system.at("b.bin"))), sha256(bytes));
  const again = objects((await system.client(["get", "x/y/b.bin", "--json"])).stdout)[0]!;
  assertEquals([again.bytes, again.moved, again.root], [bytes.length, 0, root]);
  const reput = objects((await system.client(["put", "a/b.bin", "--to", "x/y", "--json"])).stdout);
  assertEquals([reput[0]!.moved, reput[0]!.root], [0, root]);
});

Deno.test("errors with --json are an object on stdout and a line on stderr", async () => {
  await using system = await System.start();
  const { code, stdout, stderr } = await system.client(["get", "nope.txt", "--json"]);
  assertEquals(code, 3);
  assertEquals(objects(stdout), [
    { error: "not_found", message: "not found: nope.txt", name: "nope.txt" },
  ]);
  assertEquals(stderr, "ftclient: not found: nope.txt\n");
});

Deno.test("ls, stat and sum print text, and objects with --json", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.served("d/e"), { recursive: true });
  await Deno.writeTextFile(system.served("b.bin"), "hello");
  await Deno.writeTextFile(system.served("d/c.txt"), "");
  const time = new Date("2026-01-31T12:00:00Z");
  await Deno.utime(system.served("b.bin"), time, time);
  const flat = objects((await system.client(["ls", "--json"])).stdout);
  assertEquals(flat.map(({ name, type }) => [name, type]), [["b.bin", "file"], ["d", "dir"]]);
  assertEquals(flat[0], {
    name: "b.bin",
    type: "file",
    bytes: 5,
    mtime: "2026-01-31T12:00:00.000Z",
  });
  const deep = objects((await system.client(["ls", "-R", "--json"])).stdout);
  assertEquals(deep.map(({ name }) => name), ["b.bin", "d", "d/c.txt", "d/e"]);
  assertEquals((await system.client(["ls", "d"])).stdout, "c.txt\ne/\n");
  assertMatch((await system.client(["ls", "-l"])).stdout, /^ +5 B {2}2026-01-31 .* {2}b\.bin$/m);
  assertEquals((await system.client(["ls", "d/e"])).stdout, "");
  const sum = await system.client(["sum", "b.bin", "d/c.txt"]);
  const digest = sha256(new TextEncoder().encode("hello"));
  assertEquals(sum.stdout, `${digest}  b.bin\n${sha256(new Uint8Array())}  d/c.txt\n`);
  const stat = objects((await system.client(["stat", "b.bin", "--json"])).stdout)[0]!;
  assertEquals([stat.name, stat.type, stat.bytes], ["b.bin", "file", 5]);
});

Deno.test("mkdir, mv and rm change files and folders", async () => {
  await using system = await System.start();
  assertEquals((await system.client(["mkdir", "a/b/c"])).code, 0);
  assertEquals((await system.client(["mkdir", "a/b/c"])).code, 0);
  await Deno.writeTextFile(system.served("x"), "x");
  assertEquals((await system.client(["mv", "x", "a/"])).code, 0);
  assertEquals((await system.client(["mv", "a/x", "a/b/y"])).code, 0);
  assertEquals(await system.left(), ["root/a/", "root/a/b/", "root/a/b/c/", "root/a/b/y"]);
  assertEquals((await system.client(["mv", "a", "z"])).code, 0);
  assertEquals((await system.client(["rm", "z/b/y", "z/b/c"])).code, 0);
  assertEquals((await system.client(["rm", "z", "-r"])).code, 0);
  assertEquals((await system.client(["rm", ".", "-r"])).code, 4);
  assertEquals(await system.left(), []);
});

Deno.test("stdout-clean-when-piped: only results, without colour or moving lines", async () => {
  await using system = await System.start();
  const bytes = sampleBytes(3 * MiB + 1);
  await Deno.writeFile(system.at("a.bin"), bytes);
  const put = await system.client(["put", "a.bin"]);
  const get = await system.client(["get", "a.bin", "-o", "b.bin"]);
  for (const { code, stdout, stderr } of [put, get]) {
    assertEquals([code, stdout], [0, ""]);
    // deno-lint-ignore no-control-regex
    assert(!/[\x1b\r]/.test(stderr), stderr);
  }
  const quiet = await system.client(["get", "a.bin", "-o", "c.bin", "-q"]);
  assertEquals([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
  const lines = (await system.client(["get", "a.bin", "-o", "d.bin", "--progress", "json"])).stderr;
  for (const line of lines.trimEnd().split("\n").slice(0, -1)) JSON.parse(line);
});

Deno.test("get -o - and put - transfer content of any length through pipes", async () => {
  await using system = await System.start();
  const text = "äöü\n".repeat(MiB / 2);
  const put = await system.client(["put", "-", "--as", "d/pipe.txt"], { stdin: text });
  assertEquals(put.code, 0, put.stderr);
  const get = await system.client(["get", "d/pipe.txt", "-o", "-"]);
  assertEquals([get.code, get.stdout === text], [0, true]);
  const taken = await system.client(["put", "-", "--as", "d/pipe.txt"], { stdin: "other" });
  assertEquals(taken.code, 7);
  const over = ["put", "-", "--as", "d/pipe.txt", "--overwrite", "--json"];
  const [sent] = objects((await system.client(over, { stdin: "other" })).stdout);
  assertEquals([sent!.op, sent!.name, sent!.path, sent!.bytes], ["put", "d/pipe.txt", "-", 5]);
  assertEquals(await Deno.readTextFile(system.served("d/pipe.txt")), "other");
  assertEquals(await system.left(), ["root/d/", "root/d/pipe.txt"]);
});

Deno.test("broken-pipe-on-stdout: get exits quietly", async () => {
  await using system = await System.start();
  await Deno.writeFile(system.served("big"), sampleBytes(8 * MiB));
  const { client } = system.programs;
  const command = [client.path, ...client.args, "get", "big", "-o", "-"];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", `${quoted} | head -c 5 | wc -c`],
    cwd: system.work,
    env: { FTCLIENT_HOST: system.url },
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout).trim()], [0, "5"]);
  assert(!new TextDecoder().decode(stderr).includes("rror"));
});

Deno.test("--overwrite replaces, --rename chooses another name", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a.txt"), "theirs");
  await Deno.writeTextFile(system.at("a.txt"), "mine");
  for (const command of ["get", "put"]) {
    const [result] = objects(
      (await system.client([command, "a.txt", "--rename", "--json"])).stdout,
    );
    assertEquals(result![command === "get" ? "path" : "name"], "a (1).txt");
  }
  assertEquals(await Deno.readTextFile(system.at("a (1).txt")), "theirs");
  assertEquals(await Deno.readTextFile(system.served("a (1).txt")), "mine");
  assertEquals((await system.client(["get", "a.txt", "--overwrite"])).code, 0);
  assertEquals(await Deno.readTextFile(system.at("a.txt")), "theirs");
  await Deno.writeTextFile(system.at("a.txt"), "newest");
  assertEquals((await system.client(["put", "a.txt", "--overwrite"])).code, 0);
  assertEquals(await Deno.readTextFile(system.served("a.txt")), "newest");
  assertEquals(await system.left(), [
    "root/a (1).txt",
    "root/a.txt",
    "work/a (1).txt",
    "work/a.txt",
  ]);
});

Deno.test("names with spaces, Unicode, dashes and quotes work in both directions", async () => {
  await using system = await System.start();
  const names = [
    "a b.txt",
    "日本語.txt",
    "-dash",
    'it\'s "x"',
    "é\u0301🎉",
    ".hidden",
    "100%",
  ];
  for (const name of names) await Deno.writeTextFile(system.at(name), name);
  const put = await system.client(["put", "--", ...names]);
  assertEquals(put.code, 0, put.stderr);
  for (const name of names) await Deno.remove(system.at(name));
  const get = await system.client(["get", "--", ...names]);
  assertEquals(get.code, 0, get.stderr);
  for (const name of names) assertEquals(await Deno.readTextFile(system.at(name)), name);
  const listed = (await system.client(["ls", "--json"])).stdout;
  assertEquals(objects(listed).map(({ name }) => name), names.toSorted());
});

Deno.test("several names of which some fail are all tried, and exit with 23", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a"), "a");
  await Deno.writeTextFile(system.served("b"), "b");
  await Deno.mkdir(system.served("dir"));
  const get = await system.client(["get", "a", "nope", "dir", "b", "../x"]);
  assertEquals(get.code, 23);
  for (const name of ["nope", "dir", "../x"]) {
    assertMatch(get.stderr, new RegExp(`^ftclient: .*${name.replaceAll(".", "\\.")}`, "m"));
  }
  assertEquals(await system.left(), ["root/a", "root/b", "root/dir/", "work/a", "work/b"]);
  const put = await system.client(["put", "a", "nope", "b", "--to", "up"]);
  assertEquals(put.code, 23);
  assertMatch(put.stderr, /^ftclient: not found: nope$/m);
  const rm = await system.client(["rm", "a", "nope", "b"]);
  assertEquals([rm.code, rm.stderr.includes("not found: nope")], [23, true]);
  const sum = await system.client(["sum", "up/a", "nope"]);
  assertEquals(sum.code, 23);
  assertMatch(sum.stdout, /^[0-9a-f]{64} {2}up\/a\n$/);
});

Deno.test("files around the sizes of a block and a small file survive a round trip", async () => {
  await using system = await System.start();
  const sizes = [0, 1, 65535, 65536, 65537, MiB - 1, MiB, MiB + 1, 3 * MiB];
  for (const size of sizes) await Deno.writeFile(system.at(`f${size}`), sampleBytes(size, size));
  const names = sizes.map((size) => `f${size}`);
  for (const name of names.slice(0, 7)) {
    assertEquals((await system.client(["put", name, "--to", "one"])).code, 0);
    assertEquals((await system.client(["get", `one/${name}`, "-d", "one"])).code, 0);
    assertEquals(
      await Deno.readFile(system.at(`one/${name}`)),
      await Deno.readFile(system.at(name)),
    );
  }
  assertEquals((await system.client(["put", ...names])).code, 0);
  assertEquals((await system.client(["get", ...names, "-d", "back"])).code, 0);
  for (const name of names) {
    assertEquals(
      await Deno.readFile(system.at(`back/${name}`)),
      await Deno.readFile(system.at(name)),
    );
    assertEquals(
      sha256(await Deno.readFile(system.served(name))),
      sha256(await Deno.readFile(system.at(name))),
    );
  }
});
