/**
 * The same command again, over a tree that has not changed, and empty folders.
 */

import { assert, assertEquals } from "@std/assert";
import { partPaths } from "../../../lib/client/transfer/get/part_names.ts";
import { FaultProxy } from "../../../testing/network/fault_proxy.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { compareFolders, filesBelow } from "../../../testing/files/same_files.ts";
import { assertDone, Copies } from "./copies.ts";

const FILES = 60;
const BYTES = 40_000;

function writeTree(at: string): void {
  for (let i = 0; i < FILES; i++) {
    const folder = `${at}/${["many", "many", "few/deep"][i % 3]}${i % 3 === 2 ? i : ""}`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeFileSync(`${folder}/f${i}`, sampleBytes(BYTES, i + 1));
  }
  Deno.writeFileSync(`${at}/large`, sampleBytes(2_500_000));
}

/** Times, change times and inodes of all files: what a run that does nothing leaves alone. */
async function statesOf(folder: string): Promise<Record<string, unknown>> {
  const states: Record<string, unknown> = {};
  for (const name of await filesBelow(folder)) {
    const { mtime, ctime, ino, mode } = Deno.lstatSync(`${folder}/${name}`);
    states[name] = [mtime?.getTime(), ctime?.getTime(), ino, mode];
  }
  return states;
}

for (const direction of ["put", "get"] as const) {
  Deno.test(`${direction} -r again moves no content, and touches nothing`, async () => {
    await using copies = await Copies.start();
    await using proxy = await FaultProxy.start(copies.server.url);
    const [from, to] = direction === "put"
      ? [copies.at("tree"), copies.served("tree")]
      : [copies.served("tree"), copies.at("tree")];
    writeTree(from);
    assertDone(await copies[direction](["tree"], { url: proxy.url }), FILES + 1);
    const before = await statesOf(to);
    for (const existing of ["refuse", "overwrite", "rename"] as const) {
      proxy.passed.length = 0;
      const again = await copies[direction](["tree"], { url: proxy.url, existing });
      assertDone(again, FILES + 1);
      assertEquals(again.moved, 0);
      const { up, down } = proxy.passed[0]!;
      assert(up + down < FILES * 1500, `${up} bytes went up, and ${down} down`);
    }
    assertEquals(await statesOf(to), before);
  });

  Deno.test(`${direction} -r again moves only what changed or is new`, async () => {
    await using copies = await Copies.start();
    const [from, to] = direction === "put"
      ? [copies.at("tree"), copies.served("tree")]
      : [copies.served("tree"), copies.at("tree")];
    writeTree(from);
    assertDone(await copies[direction](["tree"]), FILES + 1);
    await Deno.mkdir(`${from}/new/folder`, { recursive: true });
    await Deno.writeFile(`${from}/new/folder/f`, sampleBytes(BYTES, 99));
    await Deno.writeFile(`${from}/many/f0`, sampleBytes(BYTES, 98));
    const again = await copies[direction](["tree"], { existing: "overwrite" });
    assertDone(again, FILES + 2);
    assertEquals(again.moved, 2 * BYTES);
    await compareFolders(from, to);
  });

  Deno.test(`${direction} -r again moves small files that changed in groups`, async () => {
    await using copies = await Copies.start();
    await using proxy = await FaultProxy.start(copies.server.url);
    const [from, to] = direction === "put"
      ? [copies.at("tree"), copies.served("tree")]
      : [copies.served("tree"), copies.at("tree")];
    const write = (seed: number) => {
      for (let i = 0; i < FILES; i++) {
        Deno.writeFileSync(`${from}/f${i}`, sampleBytes(100, seed + i));
      }
    };
    Deno.mkdirSync(from);
    write(1);
    assertDone(await copies[direction](["tree"], { url: proxy.url }), FILES);
    write(1000);
    const refused = await copies[direction](["tree"], { url: proxy.url });
    assertEquals(refused.failed.length, FILES);
    proxy.passed.length = 0;
    const changed = await copies[direction](["tree"], { url: proxy.url, existing: "overwrite" });
    assertDone(changed, FILES);
    assertEquals(changed.moved, FILES * 100);
    await compareFolders(from, to);
    const { up, down } = proxy.passed[0]!;
    assert(up + down < FILES * 1000, `${up} bytes went up, and ${down} down`);
  });

  Deno.test(`${direction} -r creates empty folders, and again changes nothing`, async () => {
    await using copies = await Copies.start();
    const [from, to] = direction === "put"
      ? [copies.at("tree"), copies.served("tree")]
      : [copies.served("tree"), copies.at("tree")];
    for (const name of ["a/b/c", "d", "e/f"]) {
      Deno.mkdirSync(`${from}/${name}`, { recursive: true });
    }
    for (let run = 0; run < 2; run++) {
      assertDone(await copies[direction](["tree"]), 0);
      await compareFolders(from, to);
    }
    assertDone(await copies[direction](["tree"], { dir: copies.at("new"), to: "new" }), 0);
    await compareFolders(
      from,
      direction === "put" ? copies.served("new/tree") : copies.at("new/tree"),
    );
  });
}

Deno.test("put -r asks for no names below a folder that is missing", async () => {
  await using copies = await Copies.start();
  writeTree(copies.at("tree"));
  assertDone(await copies.put(["tree"]), FILES + 1);
  const names = copies.server.logged("op", "name")
    .filter(([event, op]) => event === "request.refused" && op === "stat")
    .map(([, , name]) => name);
  assertEquals(names.filter((name) => name !== "tree/large"), ["tree"]);
});

Deno.test("put -r finds its names in a folder that has many others", async () => {
  await using copies = await Copies.start();
  Deno.mkdirSync(copies.served("tree/deep"), { recursive: true });
  Deno.mkdirSync(copies.at("tree/deep"), { recursive: true });
  for (let i = 0; i < 1100; i++) Deno.writeFileSync(copies.served(`tree/f${i}`), sampleBytes(9, i));
  for (const name of ["tree/f1", "tree/f1099", "tree/new", "tree/deep/new"]) {
    Deno.writeFileSync(copies.at(name), sampleBytes(9, Number(name.slice(6)) || 1));
  }
  for (const moved of [18, 0]) {
    const outcome = await copies.put(["tree"]);
    assertDone(outcome, 4);
    assertEquals(outcome.moved, moved);
  }
});

Deno.test("put -r reports a file of the server that is in the way of its folder", async () => {
  await using copies = await Copies.start();
  for (const name of ["tree/a", "tree/b"]) {
    Deno.mkdirSync(copies.at("tree"), { recursive: true });
    Deno.writeFileSync(copies.at(name), sampleBytes(9));
  }
  Deno.writeFileSync(copies.served("tree"), sampleBytes(9));
  const { done, failed } = await copies.put(["tree"]);
  assertEquals([done.length, failed.map(({ name, error }) => `${error.code} ${name}`)], [0, [
    "conflict tree",
  ]]);
});

Deno.test("get -r again removes what a killed run left beside complete files", async () => {
  await using copies = await Copies.start();
  writeTree(copies.served("tree"));
  assertDone(await copies.get(["tree"]), FILES + 1);
  const before = await filesBelow(copies.at("tree"));
  for (const name of ["large", "many/f0"]) {
    const { part, journal, journalDraft } = partPaths(copies.at(`tree/${name}`));
    for (const left of [part, journal, journalDraft]) {
      await Deno.writeTextFile(left, "");
      assertDone(await copies.get(["tree"]), FILES + 1);
      assertEquals(await filesBelow(copies.at("tree")), before, left);
    }
  }
});
