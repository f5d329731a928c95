/** Names of our own files beside a user's. */

import { assertEquals } from "@std/assert";
import { basename } from "node:path";
import { partPaths } from "../../lib/client/transfer/get/part_names.ts";
import { System } from "../../testing/programs/system.ts";

const SIZES = { small: 10, large: 2 * 1024 * 1024 } as const;

for (const [size, bytes] of Object.entries(SIZES)) {
  Deno.test(`own-side-files-collide: get -r of ${size} files named like partial downloads brings all`, async () => {
    await using system = await System.start();
    await Deno.mkdir(system.served("t"));
    await Deno.mkdir(system.at("t"));
    const paths = Object.values(partPaths(system.at("t/v"))).map((path) => basename(path));
    const names = [...paths, ".v.ft-part", ".v.ft-journal", ".v.ft-journal~"].sort();
    const contents = names.map((_, i) => new Uint8Array(bytes).fill(i + 1));
    for (const [i, name] of names.entries()) {
      await Deno.writeFile(system.served(`t/${name}`), contents[i]!);
    }
    const check = async (code: number) => {
      const { code: exit, stderr } = await system.client(["get", "-r", "t"]);
      assertEquals(exit, code, stderr);
      assertEquals([...Deno.readDirSync(system.at("t"))].map(({ name }) => name).sort(), names);
      for (const [i, name] of names.entries()) {
        assertEquals(await Deno.readFile(system.at(`t/${name}`)), contents[i], name);
      }
    };
    await check(0);
    await check(0);
    // Files that are there already survive the download of the one beside them.
    await Deno.remove(system.at("t/v"));
    await check(0);
  });
}

Deno.test("own-side-files-collide: a local file with the name of an old part file is left alone", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("v"), "new");
  await Deno.mkdir(system.at(".v.ft-journal"));
  await Deno.writeTextFile(system.at(".v.ft-part"), "mine");
  assertEquals((await system.client(["get", "v"])).code, 0);
  assertEquals(await Deno.readTextFile(system.at(".v.ft-part")), "mine");
  assertEquals(await system.left(), ["root/v", "work/.v.ft-journal/", "work/.v.ft-part", "work/v"]);
});

Deno.test({
  name:
    "backslash-in-a-local-name: put, put -r, --as and --rename split local paths by this system's rules",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using system = await System.start();
    await Deno.mkdir(system.at("d\\e"));
    await Deno.writeTextFile(system.at("a\\b"), "odd");
    await Deno.writeTextFile(system.at("d\\e/f\\g"), "odd too");
    await Deno.writeTextFile(system.served("b"), "theirs");
    assertEquals((await system.client(["put", "a\\b", "--overwrite"])).code, 0);
    assertEquals((await system.client(["put", "-r", "d\\e"])).code, 0);
    assertEquals((await system.client(["put", "d\\e/f\\g"])).code, 0);
    await Deno.writeTextFile(system.at("a\\b"), "odder");
    assertEquals((await system.client(["put", "a\\b", "--rename"])).code, 0);
    assertEquals((await system.left()).filter((name) => name.startsWith("root/")), [
      "root/a\\b",
      "root/a\\b (1)",
      "root/b",
      "root/d\\e/",
      "root/d\\e/f\\g",
      "root/f\\g",
    ]);
    assertEquals(await Deno.readTextFile(system.served("b")), "theirs");
    await Deno.writeTextFile(system.at("a\\b"), "third");
    assertEquals((await system.client(["get", "a\\b", "--rename"])).code, 0);
    assertEquals(await Deno.readTextFile(system.at("a\\b (1)")), "odd");
  },
});
