/**
 * What `--delete` never removes, and when it removes nothing at all.
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { partPaths } from "../../../../lib/client/transfer/get/part_names.ts";
import { nameFilter } from "../../../../lib/client/transfer/name_filter.ts";
import { filesBelow } from "../../../../testing/files/same_files.ts";
import { NEEDS_LINUX } from "../../../../testing/skip.ts";
import { Copies } from "../copies.ts";

const MIRROR = { mirror: {}, existing: "overwrite" } as const;
const DIRECTIONS = ["put", "get"] as const;

function write(at: string, ...names: string[]): void {
  for (const name of names) {
    const path = `${at}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, name);
  }
}

/** Trees of which the target has `old` and `d/old` in addition. */
function trees(copies: Copies, direction: "put" | "get"): { from: string; to: string } {
  const sides = [copies.at("tree"), copies.served("tree")];
  const [from = "", to = ""] = direction === "put" ? sides : sides.reverse();
  write(from, "a", "b", "c", "d/e");
  write(to, "a", "b", "c", "d/e", "old", "d/old");
  return { from, to };
}

async function names(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).filter((name) => !name.endsWith("/"));
}

for (const direction of DIRECTIONS) {
  Deno.test(`${direction} with a mirror removes nothing if a file failed`, async () => {
    await using copies = await Copies.start();
    const { from, to } = trees(copies, direction);
    await Deno.writeTextFile(`${from}/a`, "other");
    const outcome = await copies[direction](["tree"], { mirror: {} });
    assertEquals(outcome.failed.length, 1);
    assertEquals(outcome.refused?.code, "partial");
    assertStringIncludes(outcome.refused!.message, "1 name failed or were left out");
    assertEquals((await names(to)).length, 6);
  });

  Deno.test({
    name: `${direction} with a mirror removes nothing if an entry of the source was left out`,
    ...NEEDS_LINUX,
    async fn() {
      await using copies = await Copies.start();
      const { from, to } = trees(copies, direction);
      await Deno.symlink("/etc/passwd", `${from}/link`);
      const outcome = await copies[direction](["tree"], MIRROR);
      assertEquals([outcome.failed.length, outcome.refused?.code], [1, "partial"]);
      assertEquals((await names(to)).length, 6);
    },
  });

  Deno.test(`${direction} with a mirror does not wipe the target for an empty source`, async () => {
    await using copies = await Copies.start();
    const { from, to } = trees(copies, direction);
    for (const name of ["a", "b", "c", "d"]) {
      await Deno.remove(`${from}/${name}`, { recursive: true });
    }
    const refused = await copies[direction](["tree"], MIRROR);
    assertEquals([refused.refused?.code, refused.failed.length], ["limit", 0]);
    assertStringIncludes(refused.refused!.message, "7 of 7 names would be, more than 3");
    assertStringIncludes(refused.refused!.message, "--max-delete 7");
    assertEquals((await names(to)).length, 6);
    const less = await copies[direction](["tree"], { ...MIRROR, mirror: { maxRemoved: 6 } });
    assertEquals(less.refused?.code, "limit");
    const done = await copies[direction](["tree"], { ...MIRROR, mirror: { maxRemoved: 7 } });
    assertEquals([done.refused, done.removed?.length], [undefined, 7]);
    assertEquals(await names(to), []);
  });

  Deno.test(`${direction} with a mirror leaves alone what filters exclude`, async () => {
    await using copies = await Copies.start();
    const { to } = trees(copies, direction);
    write(to, "keep.log", "only/keep.log", "mixed/keep.log", "mixed/gone");
    const filter = nameFilter([], ["*.log"]);
    const { removed } = await copies[direction](["tree"], { ...MIRROR, filter });
    assertEquals(removed?.map(({ name }) => name).sort(), [
      ...["tree/d/old", "tree/mixed/gone", "tree/old"],
    ]);
    const rest = ["a", "b", "c", "d/e", "keep.log", "mixed/keep.log", "only/keep.log"];
    assertEquals(await names(to), rest);
    const included = nameFilter(["*.none"], []);
    const none = await copies[direction](["tree"], { ...MIRROR, filter: included });
    assertEquals([none.removed, none.refused], [[], undefined]);
  });

  Deno.test(`${direction} with a mirror keeps what has changed since it was listed`, async () => {
    await using copies = await Copies.start();
    const { from, to } = trees(copies, direction);
    write(from, "new");
    const onEvent = ({ kind }: { kind: string }) => {
      if (kind !== "end") return;
      Deno.writeTextFileSync(`${to}/old`, "somebody needs it");
      write(to, "later");
    };
    const { removed, failed } = await copies[direction](["tree"], { ...MIRROR, onEvent });
    assertEquals(removed?.map(({ name }) => name), ["tree/d/old"]);
    assertEquals(failed.map(({ name, error }) => [name, error.code]), [["tree/old", "conflict"]]);
    assertEquals(await names(to), ["a", "b", "c", "d/e", "later", "new", "old"]);
  });

  Deno.test(`${direction} with a mirror keeps what the source has by now`, async () => {
    await using copies = await Copies.start();
    const { from, to } = trees(copies, direction);
    write(from, "new");
    const onEvent = ({ kind }: { kind: string }) => void (kind === "end" && write(from, "old"));
    const { removed, failed } = await copies[direction](["tree"], { ...MIRROR, onEvent });
    assertEquals(removed?.map(({ name }) => name), ["tree/d/old"]);
    assertEquals(failed.map(({ name, error }) => [name, error.code]), [["tree/old", "conflict"]]);
    assert((await names(to)).includes("old"));
  });

  Deno.test(`${direction} with a mirror reports what it would remove in a dry run`, async () => {
    await using copies = await Copies.start();
    const { to } = trees(copies, direction);
    const seen: string[] = [];
    const { removed, refused } = await copies[direction](["tree"], {
      ...{ ...MIRROR, dryRun: true },
      onEvent: (event) => void (event.kind === "unwanted" && seen.push(event.name)),
    });
    assertEquals([removed, refused], [[], undefined]);
    assertEquals(seen.sort(), ["tree/d/old", "tree/old"]);
    assertEquals((await names(to)).length, 6);
  });

  Deno.test(`${direction} with a mirror that is interrupted removes the rest when it is run again`, async () => {
    await using copies = await Copies.start();
    const { from, to } = trees(copies, direction);
    write(to, ...Array.from({ length: 200 }, (_, i) => `more/f${i}`));
    const stop = new AbortController();
    let count = 0;
    const mirror = { maxRemoved: 1000 };
    const interrupted = copies[direction](["tree"], {
      ...{ ...MIRROR, mirror, signal: stop.signal },
      onEvent: ({ kind }) =>
        void (kind === "removed" && ++count === 70 &&
          stop.abort(new FtError("interrupted", "interrupted"))),
    });
    await assertRejects(() => interrupted, FtError, "interrupted");
    assert((await names(to)).length > 4, "it was interrupted too late");
    await copies[direction](["tree"], { ...MIRROR, mirror });
    assertEquals(await names(to), await names(from));
  });
}

Deno.test("put with a mirror removes nothing if the source was replaced meanwhile", async () => {
  await using copies = await Copies.start();
  const { from, to } = trees(copies, "put");
  write(from, "new");
  const outcome = await copies.put(["tree"], {
    ...MIRROR,
    onEvent(event) {
      if (event.kind !== "end" || event.name !== "tree/new") return;
      Deno.renameSync(from, copies.at("other"));
      Deno.mkdirSync(from);
    },
  });
  assertEquals(outcome.refused?.code, "conflict");
  assert((await names(to)).includes("old"));
});

Deno.test("put with a mirror removes nothing if a source was refused before", async () => {
  await using copies = await Copies.start();
  const { to } = trees(copies, "put");
  const outcome = await copies.put(["tree"], { ...MIRROR, mirror: { incomplete: true } });
  assertEquals(outcome.refused?.code, "partial");
  assertEquals((await names(to)).length, 6);
});

Deno.test("put with a mirror reports files that others have locked", async () => {
  await using copies = await Copies.start();
  const { to } = trees(copies, "put");
  await using bo = await copies.server.connect({ identity: "bo-bo-bo-bo" });
  await bo.files.lease("tree/d/old", { ttlMs: 60_000 });
  const { removed, failed } = await copies.put(["tree"], MIRROR);
  assertEquals(removed?.map(({ name }) => name), ["tree/old"]);
  assertEquals(failed.map(({ name, error }) => [name, error.code]), [["tree/d/old", "conflict"]]);
  assertStringIncludes(failed[0]!.error.message, "locked");
  assert((await names(to)).includes("d/old"));
});

Deno.test({
  name: "get with a mirror moves links themselves, and follows none",
  ...NEEDS_LINUX,
  async fn() {
    await using copies = await Copies.start();
    const { to } = trees(copies, "get");
    write(copies.at("outside"), "precious");
    await Deno.symlink(copies.at("outside"), `${to}/link`);
    await Deno.symlink(`${copies.at("outside")}/precious`, `${to}/d/file`);
    const { removed, refused } = await copies.get(["tree"], MIRROR);
    assertEquals([removed?.length, refused], [4, undefined]);
    assertEquals(await names(copies.at("outside")), ["precious"]);
    const kept = removed!.find(({ name }) => name === "tree/link")!.kept!;
    assert(Deno.lstatSync(kept).isSymlink);
    await Deno.rename(to, copies.at("elsewhere"));
    await Deno.symlink(copies.at("elsewhere"), to);
    write(to, "old");
    const linked = await copies.get(["tree"], MIRROR);
    assertEquals(linked.refused?.code, "conflict");
    assertStringIncludes(linked.refused!.message, "it is a link");
    assert((await names(copies.at("elsewhere"))).includes("old"));
  },
});

Deno.test("get with a mirror leaves partial downloads alone", async () => {
  await using copies = await Copies.start();
  const { to } = trees(copies, "get");
  const { part } = partPaths(`${to}/gone`);
  await Deno.writeTextFile(part, "half of a file");
  const { removed } = await copies.get(["tree"], MIRROR);
  assertEquals(removed?.length, 2);
  assertEquals(await Deno.readTextFile(part), "half of a file");
});

Deno.test({
  name: "a mirror keeps a name that is the same file as one of the source in another case",
  ...NEEDS_LINUX,
  async fn() {
    for (const direction of DIRECTIONS) {
      await using copies = await Copies.start();
      const { to } = trees(copies, direction);
      // Two names of one file, as a folder has them that ignores case.
      await Deno.link(`${to}/a`, `${to}/A`);
      const { removed, failed } = await copies[direction](["tree"], MIRROR);
      assertEquals(removed?.map(({ name }) => name).sort(), ["tree/d/old", "tree/old"]);
      assertEquals(failed, []);
      assert((await names(to)).includes("A"));
    }
  },
});
