/**
 * Each kind of bad input: its exit code, a single error line, and no file lost or left behind.
 */

import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { sampleBytes } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

/** The error line, which must be the only one and the last line. */
function errorLine(stderr: string): string {
  const lines = stderr.trimEnd().split("\n");
  assertEquals(lines.filter((line) => line.startsWith("ftclient: ")), [lines.at(-1)!], stderr);
  return lines.at(-1)!.replace("ftclient: ", "");
}

Deno.test("a missing file exits with 3, on either side", async () => {
  await using system = await System.start();
  const got = await system.client(["get", "nope.txt"]);
  assertEquals([got.code, got.stdout], [3, ""]);
  assertEquals(got.stderr, "ftclient: not found: nope.txt\n");
  const put = await system.client(["put", "nope.txt"]);
  assertEquals([put.code, put.stderr], [3, "ftclient: not found: nope.txt\n"]);
  for (const command of ["stat", "sum", "rm", "ls"]) {
    const { code, stderr } = await system.client([command, "nope.txt"]);
    assertEquals([code, stderr], [3, "ftclient: not found: nope.txt\n"], command);
  }
  assertEquals((await system.client(["mv", "nope.txt", "b"])).code, 3);
  assertEquals(await system.left(), []);
});

Deno.test("a folder instead of a file exits with 2 and a hint at -r", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.served("dir/sub"), { recursive: true });
  await Deno.mkdir(system.at("local/sub"), { recursive: true });
  const before = await system.left();
  for (const args of [["get", "dir"], ["get", "dir", "-o", "x"], ["put", "local"], ["rm", "dir"]]) {
    const { code, stderr } = await system.client(args);
    assertEquals(code, 2, args.join(" "));
    assertMatch(stderr, /^ftclient: .*\bfolder\b.*-r\b.*\n$/, args.join(" "));
  }
  const sum = await system.client(["sum", "dir"]);
  assertEquals(sum.code, 2);
  const piped = await system.client(["get", "dir", "-o", "-"]);
  assertEquals([piped.code, piped.stdout], [2, ""]);
  assertEquals(await system.left(), before);
});

Deno.test("a target with different content exits with 7 and is not changed", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a.txt"), "theirs");
  await Deno.writeTextFile(system.at("a.txt"), "mine");
  await Deno.mkdir(system.served("d"));
  await Deno.mkdir(system.at("e"));
  await Deno.writeTextFile(system.served("e"), "x");
  await Deno.writeTextFile(system.at("d"), "x");
  const before = await system.left();
  const cases = [["get", "a.txt"], ["put", "a.txt"], ["get", "e"], ["put", "d"], [
    "mv",
    "a.txt",
    "e",
  ]];
  for (const args of cases) {
    const { code, stderr } = await system.client(args);
    assertEquals(code, 7, `${args.join(" ")}: ${stderr}`);
    assertStringIncludes(errorLine(stderr), args.at(-1)!);
    assertNotMatch(stderr, /\.\/|ft-part/);
  }
  assertEquals(await Deno.readTextFile(system.served("a.txt")), "theirs");
  assertEquals(await Deno.readTextFile(system.at("a.txt")), "mine");
  assertEquals(await system.left(), before);
});

Deno.test("an unknown host and a closed port exit with 5", async () => {
  await using system = await System.start();
  for (const host of ["ft://nowhere.invalid", "ft://127.0.0.1:1", "ft://[::1]:1"]) {
    for (const args of [["get", "a"], ["ls"], ["ping"]]) {
      const { code, stderr, stdout } = await system.client([...args, "--host", host]);
      assertEquals([code, stdout], [5, ""], `${host}: ${stderr}`);
      errorLine(stderr);
    }
  }
  assertEquals(await system.left(), []);
});

Deno.test("an invalid host exits with 2", async () => {
  await using system = await System.start();
  for (const host of ["ft://a:0", "ft://a:99999", "gopher://a", "a b", "ft+nope://a"]) {
    assertEquals((await system.client(["ls", "--host", host])).code, 2, host);
  }
});

Deno.test("a name that leaves the root exits with 4", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.at("a.txt"), "a");
  await Deno.writeTextFile(`${system.root}-sibling`, "secret");
  for (const name of ["../state", "a/../../state", "..", "../root-sibling", "/../root-sibling"]) {
    for (const command of ["get", "stat", "rm", "ls", "mkdir", "sum"]) {
      const { code, stderr } = await system.client([command, name]);
      assertEquals(code, 4, `${command} ${name}: ${stderr}`);
    }
  }
  assertEquals((await system.client(["put", "a.txt", "--to", "../x"])).code, 4);
  assertEquals((await system.client(["put", "a.txt", "--as", "../x"])).code, 4);
  assertEquals((await system.client(["mv", "../state", "x"])).code, 4);
  assertEquals(await system.left(), ["work/a.txt"]);
});

Deno.test("a link that leads out of the root exits with 4", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(`${system.state}/secret`, "secret");
  await Deno.symlink(`${system.state}/secret`, system.served("leaf"));
  await Deno.symlink(system.state, system.served("parent"));
  for (const name of ["leaf", "parent/secret"]) {
    const { code, stdout, stderr } = await system.client(["get", name, "-o", "-"]);
    assertEquals([code, stdout], [4, ""], stderr);
  }
});

Deno.test("a name of 255 bytes works in both directions, one of 256 is refused", async () => {
  await using system = await System.start();
  const longest = `${"ü".repeat(127)}x`;
  await Deno.writeTextFile(system.at(longest), "long");
  assertEquals((await system.client(["put", longest])).code, 0);
  assertEquals(await Deno.readTextFile(system.served(longest)), "long");
  await Deno.remove(system.at(longest));
  const got = await system.client(["get", longest]);
  assertEquals(got.code, 0, got.stderr);
  assertEquals(await Deno.readTextFile(system.at(longest)), "long");
  const big = sampleBytes(200_000);
  await Deno.writeFile(system.served(`${longest.slice(0, -1)}y`), big);
  assertEquals((await system.client(["get", `${longest.slice(0, -1)}y`])).code, 0);
  const before = await system.left();
  const longer = `${longest}x`;
  for (const args of [["get", longer], ["put", longest, "--as", longer], ["mkdir", longer]]) {
    const { code, stderr } = await system.client(args);
    assertEquals(code, 8, stderr);
  }
  const local = await system.client(["get", longest, "-o", longer]);
  assertEquals(local.code, 8, local.stderr);
  assertEquals(await system.left(), before);
});

Deno.test("an empty file is transferred in both directions, with no other file left", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.at("empty"), "");
  assertEquals((await system.client(["put", "empty"])).code, 0);
  await Deno.remove(system.at("empty"));
  assertEquals((await system.client(["get", "empty"])).code, 0);
  assertEquals((await system.client(["get", "empty", "-o", "-"])).stdout, "");
  assertEquals((await system.client(["put", "-", "--as", "none"], { stdin: "" })).code, 0);
  assertEquals(await system.left(), ["root/empty", "root/none", "work/empty"]);
});

Deno.test("read-only-folder: a folder that cannot be written exits with 4", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a.txt"), "a");
  await Deno.writeTextFile(system.at("b.txt"), "b");
  if (Deno.uid() === 0) {
    await using disk = await tinyDisk(1 << 20);
    if (disk === null) return;
    await disk.makeReadOnly();
    const got = await system.client(["get", "a.txt", "-d", disk.path]);
    assertEquals(got.code, 4, got.stderr);
    assertStringIncludes(got.stderr, disk.path);
  } else {
    await Deno.chmod(system.root, 0o555);
    const put = await system.client(["put", "b.txt"]);
    await Deno.chmod(system.root, 0o755);
    assertEquals(put.code, 4, put.stderr);
  }
  assertEquals(await system.left(), ["root/a.txt", "work/b.txt"]);
});

Deno.test("a read-only server refuses every write with 4", async () => {
  await using system = await System.start({ args: ["--anonymous", "read"] });
  await Deno.writeTextFile(system.served("a.txt"), "a");
  await Deno.writeTextFile(system.at("b.txt"), "b");
  const writes = [["put", "b.txt"], ["rm", "a.txt"], ["mv", "a.txt", "c"], ["mkdir", "d"]];
  for (const args of writes) assertEquals((await system.client(args)).code, 4, args.join(" "));
  assertEquals((await system.client(["get", "a.txt"])).code, 0);
  assertEquals(await system.left(), ["root/a.txt", "work/a.txt", "work/b.txt"]);
});

Deno.test({
  name: "disk-full-mid-write: a full local disk exits with 9 and leaves no partial file",
  ...NEEDS_MOUNT,
  async fn() {
    await using disk = (await tinyDisk(3 << 20))!;
    await using system = await System.start();
    await Deno.writeFile(system.served("big"), sampleBytes(5 << 20));
    const got = await system.client(["get", "big", "-d", disk.path]);
    assertEquals(got.code, 9, got.stderr);
    assertStringIncludes(errorLine(got.stderr), `${disk.path}/big`);
    const names = [...Deno.readDirSync(disk.path)].map(({ name }) => name);
    assertEquals(names.filter((name) => !name.startsWith(".")), []);
    const fresh = await system.client(["get", "big", "-d", disk.path, "--no-resume"]);
    assertEquals(fresh.code, 9, fresh.stderr);
    assertEquals([...Deno.readDirSync(disk.path)], [], "--no-resume leaves nothing");
  },
});

Deno.test({
  name:
    "disk-full-mid-write: an upload to a full server exits with 9, and the server keeps running",
  ...NEEDS_MOUNT,
  async fn() {
    await using disk = (await tinyDisk(3 << 20))!;
    await using system = await System.start({ root: disk.path });
    await Deno.writeFile(system.at("big"), sampleBytes(5 << 20));
    await Deno.writeFile(system.at("small"), sampleBytes(500));
    const put = await system.client(["put", "big", "--no-resume"]);
    assertEquals(put.code, 9, put.stderr);
    assertMatch(errorLine(put.stderr), /^cannot write big: disk full$/);
    const small = await system.client(["put", "small"]);
    assertEquals(small.code, 0, small.stderr);
    assertEquals(await system.left(), ["root/small", "work/big", "work/small"]);
  },
});

Deno.test("usage: contradictory or missing arguments exit with 2 and are named", async () => {
  await using system = await System.start();
  const cases: [string[], RegExp][] = [
    [[], /no command/],
    [["gte", "a"], /unknown command: gte.*get/],
    [["get"], /get needs NAME/],
    [["get", "a", "--overwrit"], /--overwrit.*--overwrite/],
    [["get", "a", "--timeout"], /--timeout/],
    [["get", "a", "--timeout", "soon"], /--timeout.*soon/],
    [["get", "a", "b", "-o", "x"], /-o takes a single/],
    [["put", "-"], /--as/],
    [["mv", "a"], /mv needs FROM TO/],
    [["get", "a", "--overwrite", "--rename"], /mutually exclusive/],
    [["get", ""], /empty/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr, stdout } = await system.client(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertMatch(stderr, message);
    errorLine(stderr);
  }
  assertEquals(await system.left(), []);
});
