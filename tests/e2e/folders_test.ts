/**
 * Folders with everything in them, in both directions.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { compareFolders } from "../../testing/files/same_files.ts";
import { sampleBytes } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

const OLD = new Date("2001-02-03T04:05:06Z");

/** A folder with files of several sizes, an empty folder, an executable and an old file. */
async function makeTree(at: string): Promise<void> {
  await Deno.mkdir(`${at}/sub/deep`, { recursive: true });
  await Deno.mkdir(`${at}/empty/nested`, { recursive: true });
  await Deno.writeFile(`${at}/big.bin`, sampleBytes(2_500_000));
  await Deno.writeTextFile(`${at}/sub/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.writeTextFile(`${at}/sub/deep/none`, "");
  await Deno.writeTextFile(`${at}/sub/old.txt`, "old");
  for (const name of ["big.bin", "sub/old.txt", "sub/run.sh"]) {
    await Deno.utime(`${at}/${name}`, OLD, OLD);
  }
}

async function factsOf(path: string): Promise<[boolean, number | undefined]> {
  const info = await Deno.stat(path);
  return [((info.mode ?? 0) & 0o100) !== 0, info.mtime?.getTime()];
}

Deno.test("-r keeps empty folders, times and executable bits, in both directions", async () => {
  await using system = await System.start();
  await makeTree(system.at("tree"));
  const put = await system.client(["put", "-r", "tree", "--to", "up"]);
  assertEquals(put.code, 0, put.stderr);
  await compareFolders(system.at("tree"), system.served("up/tree"));
  const get = await system.client(["get", "-r", "up/tree", "-d", "back"]);
  assertEquals(get.code, 0, get.stderr);
  await compareFolders(system.at("tree"), system.at("back/tree"));
  for (const place of [system.served("up/tree"), system.at("back/tree")]) {
    assertEquals(await factsOf(`${place}/big.bin`), [false, OLD.getTime()]);
    assertEquals(await factsOf(`${place}/sub/old.txt`), [false, OLD.getTime()]);
    assertEquals(await factsOf(`${place}/sub/run.sh`), [true, OLD.getTime()]);
  }
});

Deno.test("--no-times keeps neither times nor executable bits", async () => {
  await using system = await System.start();
  await makeTree(system.at("tree"));
  const begun = Date.now() - 1000;
  await system.client(["put", "-r", "tree", "--no-times"]);
  await system.client(["get", "-r", "tree", "-d", "back", "--no-times"]);
  for (const place of [system.served("tree"), system.at("back/tree")]) {
    for (const name of ["big.bin", "sub/old.txt", "sub/run.sh"]) {
      const [executable, time] = await factsOf(`${place}/${name}`);
      assertEquals([executable, time! >= begun], [false, true], `${place}/${name}`);
    }
  }
});

Deno.test("-r again transfers nothing, and --overwrite transfers changed files", async () => {
  await using system = await System.start();
  await makeTree(system.at("tree"));
  await system.client(["put", "-r", "tree"]);
  for (const args of [["put", "-r", "tree"], ["get", "-r", "tree"]]) {
    const { code, stdout } = await system.client([...args, "--json"]);
    assertEquals(code, 0);
    assertEquals(stdout.match(/"moved":0,/g)?.length, 4, stdout);
  }
  await Deno.writeTextFile(system.at("tree/sub/old.txt"), "new");
  const refused = await system.client(["put", "-r", "tree"]);
  assertEquals(refused.code, 23, "one of several files");
  assertMatch(refused.stderr, /^ftclient: .*tree\/sub\/old\.txt/m);
  assertEquals((await system.client(["put", "-r", "tree", "--overwrite"])).code, 0);
  await compareFolders(system.at("tree"), system.served("tree"));
});

Deno.test("-r transfers a single file, and . as the contents of the top folder", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.at("a"), "a");
  assertEquals((await system.client(["put", "-r", "a"])).code, 0);
  await Deno.mkdir(system.served("d"));
  await Deno.writeTextFile(system.served("d/b"), "b");
  assertEquals((await system.client(["get", "-r", ".", "-d", "all"])).code, 0);
  assertEquals(await system.left(), [
    "root/a",
    "root/d/",
    "root/d/b",
    "work/a",
    "work/all/",
    "work/all/a",
    "work/all/d/",
    "work/all/d/b",
  ]);
});

Deno.test("put -r skips links and special files, and names each", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.at("tree"));
  await Deno.writeTextFile(system.at("tree/a"), "a");
  await Deno.symlink("/etc/passwd", system.at("tree/link"));
  await new Deno.Command("mkfifo", { args: [system.at("tree/fifo")] }).output();
  const put = await system.client(["put", "-r", "tree"]);
  assertEquals(put.code, 23, put.stderr);
  assertMatch(put.stderr, /left out: tree\/link/);
  assertMatch(put.stderr, /left out: tree\/fifo/);
  assertEquals((await system.left()).filter((name) => name.startsWith("root/")), [
    "root/tree/",
    "root/tree/a",
  ]);
});

Deno.test("a tree 100 folders deep is transferred in both directions", async () => {
  await using system = await System.start();
  const deep = Array.from({ length: 100 }, (_, i) => `d${i}`).join("/");
  await Deno.mkdir(system.at(`tree/${deep}`), { recursive: true });
  await Deno.writeTextFile(system.at(`tree/${deep}/leaf`), "leaf");
  assertEquals((await system.client(["put", "-r", "tree"])).code, 0);
  assertEquals((await system.client(["get", "-r", "tree", "-d", "back"])).code, 0);
  assertEquals(await Deno.readTextFile(system.at(`back/tree/${deep}/leaf`)), "leaf");
  assertEquals((await system.client(["rm", "-r", "tree"])).code, 0);
  assertEquals((await system.left()).filter((name) => name.startsWith("root/")), []);
});

Deno.test("one file that fails among many is named, and all others are transferred", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.at("tree"));
  for (let i = 0; i < 20; i++) await Deno.writeTextFile(system.at(`tree/f${i}`), `${i}`);
  await Deno.mkdir(system.served("tree/f7"), { recursive: true });
  const put = await system.client(["put", "-r", "tree"]);
  assertEquals(put.code, 23);
  assertMatch(put.stderr, /^ftclient: .*tree\/f7/m);
  assertEquals([...Deno.readDirSync(system.served("tree"))].length, 20);
});
