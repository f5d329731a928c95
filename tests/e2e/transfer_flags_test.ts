/**
 * Flags of `get` and `put`: filters, dry runs, compression.
 */

import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { sampleBytes } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

async function makeTree(at: string): Promise<void> {
  for (const dir of ["docs/deep", "vendor", "none"]) {
    await Deno.mkdir(`${at}/${dir}`, { recursive: true });
  }
  const names = ["a.txt", "b.log", "docs/c.txt", "docs/deep/d.txt", "vendor/e.txt"];
  for (const name of names) await Deno.writeTextFile(`${at}/${name}`, name);
}

Deno.test("--include and --exclude choose files in a folder, in both directions", async () => {
  await using system = await System.start();
  await makeTree(system.at("t"));
  const flags = ["--include", "*.txt", "--exclude", "vendor"];
  assertEquals((await system.client(["put", "-r", "t", ...flags])).code, 0);
  const wanted = ["t/", "t/a.txt", "t/docs/", "t/docs/c.txt", "t/docs/deep/", "t/docs/deep/d.txt"];
  const inRoot = (await system.left()).filter((name) => name.startsWith("root/"));
  assertEquals(inRoot, wanted.map((name) => `root/${name}`));
  await makeTree(system.served("s"));
  assertEquals((await system.client(["get", "-r", "s", "-d", "o", ...flags])).code, 0);
  const got = (await system.left()).filter((name) => name.startsWith("work/o/s"));
  assertEquals(got, wanted.map((name) => `work/o/${name.replace("t", "s")}`));
  const logs = ["put", "t/a.txt", "t/b.log", "--exclude", "*.log", "--to", "few"];
  assertEquals((await system.client(logs)).code, 0);
  assertEquals([...Deno.readDirSync(system.served("few"))].map(({ name }) => name), ["a.txt"]);
});

Deno.test("-n shows what would be done and does nothing", async () => {
  await using system = await System.start();
  await makeTree(system.at("t"));
  await makeTree(system.served("s"));
  await Deno.writeTextFile(system.at("a.txt"), "mine");
  const before = await system.left();
  const put = await system.client(["put", "-rn", "t", "--to", "up"]);
  assertEquals(put.code, 0);
  assertEquals(put.stdout.split("\n").length, 6);
  assert(put.stdout.includes("would put t/docs/c.txt -> up/t/docs/c.txt (10 B)\n"), put.stdout);
  const get = await system.client(["get", "-n", "s/a.txt", "s/b.log", "-d", ".", "--json"]);
  assertEquals(get.stdout.trim().split("\n").map((line) => JSON.parse(line)), [
    {
      op: "get",
      name: "s/a.txt",
      path: "a.txt",
      bytes: 5,
      exists: true,
      equal: false,
      dryRun: true,
    },
    {
      op: "get",
      name: "s/b.log",
      path: "b.log",
      bytes: 5,
      exists: false,
      equal: false,
      dryRun: true,
    },
  ]);
  assertEquals((await system.client(["get", "-n", "nope"])).code, 3);
  assertEquals((await system.client(["get", "-rn", "s", "-d", "new"])).code, 0);
  assertEquals(await system.left(), before);
});

Deno.test("-z transfers content that compresses and content that does not", async () => {
  await using system = await System.start();
  const text = new TextEncoder().encode("the same line again and again\n".repeat(100_000));
  const mixed = new Uint8Array(3_000_000);
  mixed.set(sampleBytes(1_500_000), 700_000);
  for (
    const [name, bytes] of [["text", text], ["mixed", mixed], [
      "noise",
      sampleBytes(1_500_000),
    ]] as const
  ) {
    await Deno.writeFile(system.at(name), bytes);
    assertEquals((await system.client(["put", "-z", name])).code, 0);
    assertEquals((await system.client(["get", "-z", name, "-o", `${name}.back`])).code, 0);
    assertEquals(await Deno.readFile(system.at(`${name}.back`)), bytes);
    assertEquals((await system.client(["get", "-z", name, "-o", "-", "-q"])).code, 0);
  }
  const piped = await system.client(["put", "-z", "-", "--as", "p"], { stdin: text });
  assertEquals(piped.code, 0);
  assertEquals(await Deno.readFile(system.served("p")), text);
});

Deno.test("--bwlimit limits the rate, and 0 is no limit, for client and server", async () => {
  await using system = await System.start({ args: ["--bwlimit", "0"] });
  await Deno.writeFile(system.at("f"), sampleBytes(300_000));
  for (const [rate, name, minSeconds] of [["0", "free", 0], ["200K", "slow", 0.5]] as const) {
    const flags = ["--bwlimit", rate, "--json"];
    const put = await system.client(["put", "f", "--as", name, ...flags]);
    const get = await system.client(["get", name, ...flags]);
    for (const { code, stdout, stderr } of [put, get]) {
      assertEquals(code, 0, stderr);
      assertGreaterOrEqual(JSON.parse(stdout).seconds, minSeconds);
    }
  }
});
