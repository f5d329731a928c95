/**
 * Mirrors of many files that change meanwhile, and over connections that are cut.
 */

import { assert, assertEquals } from "@std/assert";
import { compareFolders, filesBelow } from "../../../../testing/files/same_files.ts";
import { FaultProxy } from "../../../../testing/network/fault_proxy.ts";
import { assertDone, Copies } from "../copies.ts";

/** 10,000 take a minute on a slow machine: `FT_MIRROR_FILES=10000`. */
const FILES = Number(Deno.env.get("FT_MIRROR_FILES") ?? 1000);
const FOLDERS = 20;
const MIRROR = { existing: "overwrite", mirror: { maxRemoved: FILES } } as const;

const nameOf = (i: number) => `d${i % FOLDERS}/f${i}`;

function writeTree(at: string, from = 0, to = FILES): void {
  for (let i = 0; i < FOLDERS; i++) Deno.mkdirSync(`${at}/d${i}`, { recursive: true });
  for (let i = from; i < to; i++) Deno.writeTextFileSync(`${at}/${nameOf(i)}`, `file ${i}`);
}

/** Changes, removes and adds files: every second one is not as it was. */
function* halfOfThem(at: string): Generator<void> {
  for (let i = 0; i < FILES; i += 2) {
    const path = `${at}/${nameOf(i)}`;
    if (i % 8 === 0) Deno.removeSync(path);
    else if (i % 8 === 2) Deno.writeTextFileSync(`${path}.new`, `new ${i}`);
    else Deno.writeTextFileSync(path, `file ${i}, changed`);
    yield;
  }
}

for (const direction of ["put", "get"] as const) {
  Deno.test(`${direction} with a mirror: half of many files change meanwhile, and the next is equal`, async () => {
    await using copies = await Copies.start();
    const sides = [copies.at("tree"), copies.served("tree")];
    const [from = "", to = ""] = direction === "put" ? sides : sides.reverse();
    writeTree(from);
    writeTree(to, FILES / 2, FILES + FILES / 10);
    const changes = halfOfThem(from);
    const onEvent = ({ kind }: { kind: string }) => void (kind === "end" && changes.next());
    const first = await copies[direction](["tree"], { ...MIRROR, onEvent });
    // What vanished before it was read has failed, so that nothing is removed yet.
    const gone = first.failed.filter(({ error }) => error.code !== "not_found");
    assertEquals(gone.map(({ error }) => error.code).filter((code) => code !== "conflict"), []);
    for (const _ of changes);
    const second = await copies[direction](["tree"], MIRROR);
    assertEquals([second.failed.length, second.refused], [0, undefined]);
    await compareFolders(from, to);
    const again = await copies[direction](["tree"], MIRROR);
    assertEquals([again.failed.length, again.moved, again.removed], [0, 0, []]);
  });

  Deno.test(`${direction} with a mirror over connections that are cut removes what it must`, async () => {
    await using copies = await Copies.start();
    const sides = [copies.at("tree"), copies.served("tree")];
    const [from = "", to = ""] = direction === "put" ? sides : sides.reverse();
    writeTree(from, 0, 100);
    writeTree(to, 0, 300);
    // Each connection is cut a little later, in the middle of requests and of answers.
    let connections = 0;
    await using proxy = await FaultProxy.start(copies.server.url, (nth) => {
      connections = nth + 1;
      return nth >= 2 ? {} : { [nth % 2 === 0 ? "up" : "down"]: { cutAt: () => 900 + 1300 * nth } };
    });
    const outcome = await copies[direction](["tree"], { ...MIRROR, url: proxy.url, retries: 5 });
    assertDone(outcome, 100);
    assert(connections > 1, "nothing was cut");
    assertEquals(outcome.refused, undefined);
    assertEquals((await filesBelow(to)).filter((name) => !name.endsWith("/")).length, 100);
    await compareFolders(from, to);
  });
}
