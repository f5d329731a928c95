/**
 * The same command again over a large tree: equal folders cost one digest each, and only the others
 * are looked at file by file.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { FtError } from "../../../lib/base/errors.ts";
import { MAX_FOLDERS_LISTED } from "../../../lib/base/limits.ts";
import { LocalRoots } from "../../../lib/client/remote/local_roots.ts";
import { compareTree } from "../../../lib/client/transfer/get/equal_trees.ts";
import { storePath } from "../../../lib/storage/store_path.ts";
import { settledClock } from "../../../testing/clock_ahead.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { compareFolders } from "../../../testing/files/same_files.ts";
import { FaultProxy } from "../../../testing/network/fault_proxy.ts";
import { NEEDS_POSIX } from "../../../testing/skip.ts";
import { assertDone, bitsAt, Copies, type CopyOutcome } from "./copies.ts";

const FOLDERS = 12;
const FILES = 20;
const ALL = FOLDERS * FILES + 1;

/** Copies of a tree that both sides remember. */
class Settled implements AsyncDisposable {
  readonly copies: Copies;
  readonly direction: "put" | "get";
  readonly proxy: FaultProxy;

  private constructor(copies: Copies, direction: "put" | "get", proxy: FaultProxy) {
    this.copies = copies;
    this.direction = direction;
    this.proxy = proxy;
  }

  static async start(direction: "put" | "get"): Promise<Settled> {
    await using stack = new AsyncDisposableStack();
    const copies = stack.use(await Copies.start());
    const proxy = stack.use(await FaultProxy.start(copies.server.url));
    const all = new Settled(copies, direction, proxy);
    for (let i = 0; i < FOLDERS; i++) {
      const folder = `${all.from}/d${i}/${i % 3 === 0 ? "deep" : ""}`;
      Deno.mkdirSync(folder, { recursive: true });
      for (let j = 0; j < FILES; j++) Deno.writeFileSync(`${folder}/f${j}`, sampleBytes(50, i + j));
    }
    Deno.writeFileSync(`${all.from}/top`, sampleBytes(50, 999));
    using _later = settledClock();
    for (let run = 0; run < 2; run++) assertDone(await all.copy(), ALL);
    stack.move();
    return all;
  }

  get from(): string {
    return this.direction === "put" ? this.copies.at("tree") : this.copies.served("tree");
  }

  get to(): string {
    return this.direction === "put" ? this.copies.served("tree") : this.copies.at("tree");
  }

  /** Copies, and counts the bytes that arrive from the server. */
  async copy(
    options: Parameters<Copies["put"]>[1] = {},
  ): Promise<CopyOutcome & { readonly down: number }> {
    this.proxy.passed.length = 0;
    const roots = { path: this.copies.server.dir.join("digests.sqlite") };
    const { url } = this.proxy;
    const outcome = await this.copies[this.direction](["tree"], { roots, url, ...options });
    return { ...outcome, down: this.proxy.passed[0]?.down ?? 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    await this.copies[Symbol.asyncDispose]();
  }
}

/** What the client has remembered of whole folders. */
function rememberedFolders({ copies }: Settled) {
  const database = new DatabaseSync(copies.server.dir.join("digests.sqlite"));
  return {
    count: () => database.prepare("SELECT count(*) AS n FROM folders").get()!.n,
    /** Then only folders are known. */
    forgetFiles: () => database.exec("DELETE FROM digests"),
    [Symbol.dispose]: () => database.close(),
  };
}

for (const direction of ["put", "get"] as const) {
  Deno.test(`${direction} -r again is told one digest for an equal folder`, async () => {
    await using all = await Settled.start(direction);
    const again = await all.copy();
    assertDone(again, ALL);
    assertEquals(again.moved, 0);
    assert(again.down < ALL * 30, `${again.down} bytes`);
    const names = new Set(again.done.map(({ name }) => name));
    assertEquals(names.size, ALL);
    assert(again.done.every(({ root }) => /^[0-9a-f]{64}$/.test(root!)));
    // Files are compared one by one where only some of them count, and none is changed.
    for (const options of [{ times: false }, { dryRun: true }, { checksum: true }]) {
      assertEquals((await all.copy(options)).moved, 0);
    }
    await compareFolders(all.from, all.to);
  });

  for (const changed of [1, MAX_FOLDERS_LISTED + 1]) {
    Deno.test(`${direction} -r again moves what changed in ${changed} folders`, async () => {
      await using all = await Settled.start(direction);
      for (let i = 0; i < changed; i++) {
        const folder = `${all.from}/d${i}/${i % 3 === 0 ? "deep" : ""}`;
        Deno.writeFileSync(`${folder}/f1`, sampleBytes(60, 500 + i));
      }
      Deno.mkdirSync(`${all.from}/new/deep`, { recursive: true });
      Deno.writeFileSync(`${all.from}/new/deep/f`, sampleBytes(7));
      Deno.mkdirSync(`${all.from}/none`);
      const again = await all.copy({ existing: "overwrite" });
      assertDone(again, ALL + 1);
      assertEquals(again.moved, changed * 60 + 7);
      await compareFolders(all.from, all.to);
    });
  }

  Deno.test(`${direction} -r again looks at a folder that has more, fewer or other names`, async () => {
    await using all = await Settled.start(direction);
    Deno.writeFileSync(`${all.to}/d1/more`, sampleBytes(5));
    Deno.removeSync(`${all.to}/d2/f3`);
    Deno.renameSync(`${all.to}/d4/f3`, `${all.to}/d4/other`);
    Deno.removeSync(`${all.to}/d3/deep`, { recursive: true });
    const again = await all.copy();
    assertDone(again, ALL);
    assertEquals(again.moved, (FILES + 2) * 50);
    for (const name of ["d2/f3", "d4/f3", "d3/deep/f0", "d1/more", "d4/other"]) {
      assert(Deno.statSync(`${all.to}/${name}`).isFile);
    }
  });

  Deno.test(`${direction} -r again notices what changed here in folders that are remembered`, async () => {
    await using all = await Settled.start(direction);
    // The roots of what was downloaded are found out by the second run.
    assertEquals((await all.copy()).moved, 0);
    using stored = rememberedFolders(all);
    assertEquals(stored.count(), FOLDERS);
    const here = direction === "put" ? all.from : all.to;
    Deno.writeFileSync(`${here}/d1/f1`, sampleBytes(51, 500));
    Deno.renameSync(`${here}/d2/f2`, `${here}/d2/renamed`);
    Deno.writeFileSync(`${here}/d4/added`, sampleBytes(7));
    stored.forgetFiles();
    using _later = settledClock();
    const again = await all.copy({ existing: "overwrite" });
    assertEquals(again.failed, []);
    assertEquals(again.moved, direction === "put" ? 51 + 50 + 7 : 50 + 50);
    for (const name of ["d1/f1", "d2/f2"]) {
      const [a, b] = [all.from, all.to].map((top) => `${top}/${name}`);
      if (direction === "get") assertEquals(Deno.readFileSync(a!), Deno.readFileSync(b!));
    }
    assertEquals((await all.copy()).moved, 0);
  });

  Deno.test(`${direction} -r again brings bits and times that differ`, NEEDS_POSIX, async () => {
    await using all = await Settled.start(direction);
    Deno.chmodSync(`${all.from}/d1/f1`, 0o600);
    Deno.utimeSync(`${all.from}/d2/f2`, new Date(), new Date(1e12));
    using _later = settledClock();
    for (let run = 0; run < 2; run++) {
      const again = await all.copy();
      assertDone(again, ALL);
      assertEquals(again.moved, 0);
      assertEquals(bitsAt(`${all.to}/d1/f1`), "600");
      assertEquals(Deno.statSync(`${all.to}/d2/f2`).mtime!.getTime(), 1e12);
    }
  });
}

Deno.test("get -r again reports what is left out once", NEEDS_POSIX, async () => {
  await using all = await Settled.start("get");
  Deno.symlinkSync("f1", `${all.from}/d1/link`);
  for (const change of [() => {}, () => Deno.writeFileSync(`${all.from}/d1/f1`, sampleBytes(9))]) {
    change();
    const { done, failed } = await all.copy({ existing: "overwrite" });
    assertEquals([done.length, failed.map(({ name }) => name)], [ALL, ["tree/d1/link"]]);
  }
});

Deno.test("get -r again names a file in place of a folder", async () => {
  await using all = await Settled.start("get");
  Deno.removeSync(`${all.to}/d1`, { recursive: true });
  Deno.writeFileSync(`${all.to}/d1`, sampleBytes(3));
  const { done, failed } = await all.copy();
  assertEquals([done.length, failed.length], [ALL - FILES, 1]);
});

Deno.test("compareTree refuses digests of folders outside of the one that was asked for", async () => {
  await using copies = await Copies.start();
  using known = new LocalRoots(undefined, { trusted: true });
  for (const path of ["other", "tree/../other", "tree2", "/tree/a"]) {
    const digests = async function* () {
      yield [{ path, files: 0 }];
    };
    const tree = { at: storePath("tree"), target: copies.at("tree"), known, onLeftOut: () => {} };
    await assertRejects(() => compareTree({ list: digests as never }, digests, tree), FtError);
  }
});
