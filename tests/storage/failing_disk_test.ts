/**
 * A real server on a failing disk.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { sampleBytes } from "../../testing/content.ts";
import { NEEDS_PLANS, plannedSystem } from "../../testing/planned/planned_system.ts";

const EIO = { when: "before", times: null, deed: { kind: "fail", errno: "EIO" } } as const;
const ENOSPC = { ...EIO, deed: { kind: "fail", errno: "ENOSPC" } } as const;

async function makeFolder(path: string, files: number): Promise<void> {
  await Deno.mkdir(path);
  for (let i = 0; i < files; i++) await Deno.writeFile(`${path}/f${i}`, sampleBytes(100 + i));
}

const journals = (root: string) =>
  [...Deno.readDirSync(`${root}/.ftserver/batches`)].map(({ name }) => name);

Deno.test(
  "FsBatches continues if a journal cannot be removed, and removes it later",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    await makeFolder(system.at("d"), 20);
    assertEquals((await system.client(["put", "-r", "d"])).code, 0);
    await server.arm([{ ...EIO, ops: ["remove"], path: "/batches/" }]);
    // Replacing a file of the batch settles it first.
    for (const seed of [5, 6]) {
      await Deno.writeFile(system.at("d/f1"), sampleBytes(100_000, seed));
      const put = await system.client(["put", "d/f1", "--to", "d", "--overwrite"]);
      assertEquals(put.code, 0, put.stderr);
      assertEquals(await Deno.readFile(system.served("d/f1")), sampleBytes(100_000, seed));
    }
    assertEquals(journals(system.root).length, 1);
    await server.arm([]);
    await system.stop();
    assertEquals(journals(system.root), []);
  },
);

Deno.test(
  "FsBatches reports files of a small batch that cannot be synced as failed",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    await makeFolder(system.at("d"), 3);
    await server.arm([{ ...EIO, ops: ["sync"], path: "/d/f1$" }]);
    const put = await system.client(["put", "-r", "d"]);
    assertEquals(put.code, 23, put.stderr);
    assertMatch(put.stderr, /cannot sync d\/f1/);
    await server.arm([]);
    assertEquals((await system.client(["put", "-r", "d"])).code, 0);
  },
);

Deno.test("FsBatches leaves no torn journal on a full disk", NEEDS_PLANS, async () => {
  await using place = await plannedSystem();
  const { system, server } = place;
  await makeFolder(system.at("d"), 20);
  await server.arm([{ ...ENOSPC, ops: ["sync"], path: "/batches/" }]);
  assertEquals((await system.client(["put", "-r", "d"])).code, 9);
  assertEquals(journals(system.root), []);
});

Deno.test(
  "FsStore.list names an entry that cannot be looked at, and lists the rest",
  NEEDS_PLANS,
  async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    await makeFolder(system.served("d"), 3);
    await server.arm([{ ...EIO, ops: ["stat"], path: "/d/f1$" }]);
    for (const command of [["get", "-r", "d"], ["ls", "-l", "d"]]) {
      const { code, stderr } = await system.client(command);
      assertEquals(code, 23, stderr);
      assertMatch(stderr, /^ftclient: .*cannot look at d\/f1: the disk reports an error$/m);
    }
    const { stdout } = await system.client(["ls", "-l", "d"]);
    assertEquals(stdout.match(/\bf\d$/gm), ["f0", "f2"]);
    // Names alone are listed without a look at each file.
    assertEquals((await system.client(["ls", "d"])).stdout, "f0\nf1\nf2\n");
  },
);
