/**
 * The same command again: roots that both sides remember are compared instead of content.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { contentDigest, rootOf } from "../../../lib/blocks/manifest.ts";
import { look, versionOf } from "../../../lib/storage/fs_entry.ts";
import { clockAhead, settledClock } from "../../../testing/clock_ahead.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { compareFolders } from "../../../testing/files/same_files.ts";
import { assertDone, Copies, type CopyOutcome } from "./copies.ts";

const SIZES = { empty: 0, small: 100, "folder/other": 5000, large: 1_500_000 };
const NAMES = Object.keys(SIZES);
const DIRECTIONS = ["put", "get"] as const;

/** Copies of a tree, whose client remembers roots. */
class Remembering implements AsyncDisposable {
  readonly copies: Copies;
  readonly direction: "put" | "get";
  readonly faults: unknown[] = [];
  path: string;

  private constructor(copies: Copies, direction: "put" | "get") {
    this.copies = copies;
    this.direction = direction;
    this.path = copies.server.dir.join("digests.sqlite");
  }

  static async start(direction: "put" | "get"): Promise<Remembering> {
    const all = new Remembering(await Copies.start(), direction);
    for (const [i, [name, size]] of Object.entries(SIZES).entries()) {
      await Deno.mkdir(`${all.from}/folder`, { recursive: true });
      await Deno.writeFile(`${all.from}/${name}`, sampleBytes(size, i + 1));
    }
    return all;
  }

  get from(): string {
    return this.direction === "put" ? this.copies.at("tree") : this.copies.served("tree");
  }

  get to(): string {
    return this.direction === "put" ? this.copies.served("tree") : this.copies.at("tree");
  }

  copy(options: Parameters<Copies["put"]>[1] = {}): Promise<CopyOutcome> {
    const roots = { path: this.path, onFault: (error: unknown) => this.faults.push(error) };
    return this.copies[this.direction](["tree"], { roots, ...options });
  }

  /** Copies until both sides remember everything, as if some time had passed. */
  async settle(): Promise<void> {
    using _later = settledClock();
    for (let run = 0; run < 2; run++) assertDone(await this.copy(), NAMES.length);
  }

  /** The roots in a database, by path. */
  rows(path = this.path): Map<string, string> {
    using database = new DatabaseSync(path);
    const rows = database.prepare("SELECT path, root FROM digests WHERE settled").all();
    return new Map(rows.map(({ path, root }) => [String(path), String(root)]));
  }

  /** The database of the server. */
  get serverPath(): string {
    return `${this.copies.server.state}/digests.sqlite`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.copies[Symbol.asyncDispose]();
  }
}

/** Runs a statement on a database that a program has open. */
function change(path: string, sql: string, ...values: string[]): void {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA busy_timeout = 5000");
  database.prepare(sql).run(...values);
}

/** Writes other content in place, with the same size and time, until the time of change differs. */
function overwrite(at: string, bytes: Uint8Array): void {
  const before = Deno.statSync(at);
  do {
    using file = Deno.openSync(at, { write: true });
    file.writeSync(bytes);
    file.utimeSync(before.atime!, before.mtime!);
  } while (Deno.statSync(at).ctime!.getTime() === before.ctime!.getTime());
}

function codes({ failed }: CopyOutcome): string[] {
  return failed.map(({ name, error }) => `${error.code} ${name.split("/").at(-1)}`);
}

for (const direction of DIRECTIONS) {
  Deno.test(`${direction} -r again is no conflict where a remembered root is wrong`, async () => {
    await using all = await Remembering.start(direction);
    await all.settle();
    assertEquals(all.rows().size, NAMES.length);
    change(all.path, "UPDATE digests SET root = ?", "0".repeat(64));
    assertDone(await all.copy(), NAMES.length);
    assertDone(await all.copy({ checksum: true }), NAMES.length);
    assertEquals((await all.copy({ checksum: true })).moved, 0);
    await compareFolders(all.from, all.to);
  });

  Deno.test(`${direction} -r again reports the same objects as the first time, but nothing moved`, async () => {
    await using all = await Remembering.start(direction);
    const first = await all.copy();
    await all.settle();
    const again = await all.copy();
    const shown = ({ done }: CopyOutcome) =>
      done.map(({ seconds: _, moved: __, ...fields }) => fields).sort((a, b) =>
        a.name < b.name ? -1 : 1
      );
    assertEquals(shown(again), shown(first));
    assertEquals(again.done.map(({ moved }) => moved), NAMES.map(() => 0));
  });

  for (const side of ["from", "to"] as const) {
    Deno.test(`${direction} -r notices other content with the same size and time: ${side}`, async () => {
      await using all = await Remembering.start(direction);
      await all.settle();
      overwrite(`${all[side]}/small`, sampleBytes(SIZES.small, 77));
      overwrite(`${all[side]}/large`, sampleBytes(SIZES.large, 78));
      assertEquals(codes(await all.copy()).sort(), ["conflict large", "conflict small"]);
      assertDone(await all.copy({ existing: "overwrite" }), NAMES.length);
      await compareFolders(all.from, all.to);
      // Another file with the same size and time, in its place within the same second.
      const { atime, mtime } = Deno.statSync(`${all[side]}/small`);
      await Deno.writeFile(`${all[side]}/new`, sampleBytes(SIZES.small, 79));
      await Deno.utime(`${all[side]}/new`, atime!, mtime!);
      await Deno.rename(`${all[side]}/new`, `${all[side]}/small`);
      assertEquals(codes(await all.copy()), ["conflict small"]);
    });

    Deno.test(`${direction} --checksum finds content that changed under the same facts: ${side}`, async () => {
      await using all = await Remembering.start(direction);
      await all.settle();
      const isLocal = (direction === "put") === (side === "from");
      const path = isLocal ? all.path : all.serverPath;
      await all.copies.server.restart();
      const known = all.rows(path);
      for (const name of ["small", "large"] as const) {
        overwrite(`${all[side]}/${name}`, sampleBytes(SIZES[name], 99));
      }
      // As after bit rot: the facts are those that were remembered, and the content is not.
      {
        using _later = settledClock();
        await all.copy();
      }
      await all.copies.server.restart();
      for (const [name, root] of known) {
        change(path, "UPDATE digests SET root = ? WHERE path = ?", root, name);
      }
      assertDone(await all.copy(), NAMES.length);
      const checked = await all.copy({ checksum: true });
      assertEquals(codes(checked).sort(), ["conflict large", "conflict small"]);
      assertDone(await all.copy({ checksum: true, existing: "overwrite" }), NAMES.length);
      await compareFolders(all.from, all.to);
    });
  }

  Deno.test(`${direction} -r again brings times and bits without hashing anything`, async () => {
    await using all = await Remembering.start(direction);
    await all.settle();
    const time = new Date("2003-02-01T00:00:00Z");
    for (const name of NAMES) await Deno.utime(`${all.to}/${name}`, time, time);
    {
      using _later = settledClock();
      const again = await all.copy();
      assertDone(again, NAMES.length);
      assertEquals(again.moved, 0);
    }
    for (const name of NAMES) {
      const [from, to] = [all.from, all.to].map((dir) => Deno.statSync(`${dir}/${name}`).mtime);
      assertEquals(from, to, name);
    }
    await Deno.utime(`${all.to}/small`, time, time);
    assertDone(await all.copy({ times: false }), NAMES.length);
    assertEquals(Deno.statSync(`${all.to}/small`).mtime, time);
  });

  Deno.test(`${direction} -r remembers nothing that may change unnoticed (clock skew)`, async () => {
    await using all = await Remembering.start(direction);
    using _slow = clockAhead(-3_600_000);
    for (let run = 0; run < 3; run++) assertDone(await all.copy(), NAMES.length);
    overwrite(`${all.from}/small`, sampleBytes(SIZES.small, 77));
    assertEquals(codes(await all.copy()), ["conflict small"]);
    assert(await Deno.lstat(all.path).then(() => all.rows().size === 0, () => true));
    assertEquals(all.rows(all.serverPath).size, 0);
  });

  Deno.test(`${direction} -r works without a cache: damaged, old, locked, or in no folder`, async () => {
    await using all = await Remembering.start(direction);
    await all.settle();
    await Deno.writeFile(all.path, sampleBytes(20_000));
    await all.settle();
    assertEquals(all.rows().size, NAMES.length, "it was replaced");
    assert(all.faults.length > 0);
    change(all.path, "PRAGMA user_version = 1");
    await all.settle();
    assertEquals(all.rows().size, NAMES.length, "it was replaced");
    {
      all.faults.length = 0;
      using other = new DatabaseSync(all.path);
      other.exec("BEGIN IMMEDIATE");
      const started = performance.now();
      using _later = settledClock();
      assertDone(await all.copy({ checksum: true }), NAMES.length);
      assertEquals(all.faults.length, 1);
      assertMatch(String(all.faults[0]), /another program uses it/);
      assert(performance.now() - started < 10_000);
      other.exec("ROLLBACK");
    }
    all.path = `${all.from}/small/digests.sqlite`;
    assertDone(await all.copy(), NAMES.length);
    assert(all.faults.length > 0);
  });

  Deno.test(`${direction} -r by two clients at once with the same cache`, async () => {
    await using all = await Remembering.start(direction);
    using _later = settledClock();
    for (let run = 0; run < 3; run++) {
      const both = await Promise.all([all.copy(), all.copy()]);
      for (const outcome of both) assertDone(outcome, NAMES.length);
    }
    assertEquals(all.faults.map(String), []);
    assertEquals(all.rows().size, NAMES.length);
    await compareFolders(all.from, all.to);
  });
}

Deno.test("a single file is compared by remembered roots, too", async () => {
  await using copies = await Copies.start();
  const path = copies.server.dir.join("digests.sqlite");
  const roots = { path };
  await Deno.writeFile(copies.at("f"), sampleBytes(SIZES.large));
  {
    using _later = settledClock();
    assertDone(await copies.put(["f"], { roots }), 1);
  }
  overwrite(copies.at("f"), sampleBytes(SIZES.large, 2));
  for (const direction of DIRECTIONS) {
    assertEquals(codes(await copies[direction](["f"], { roots })), ["conflict f"]);
  }
  const { revision } = versionOf(look(copies.at("f"))!);
  change(path, "UPDATE digests SET revision = ?", revision);
  for (const direction of DIRECTIONS) {
    assertDone(await copies[direction](["f"], { roots }), 1);
    const checked = await copies[direction](["f"], { roots, checksum: true });
    assertEquals(codes(checked), ["conflict f"]);
  }
});

Deno.test("the roots that a client remembers are those of its files", async () => {
  await using all = await Remembering.start("put");
  await all.settle();
  const root = (bytes: Uint8Array) =>
    rootOf(bytes.length === 0 ? bytes : Uint8Array.fromHex(contentDigest(bytes)), bytes.length);
  for (const name of ["empty", "small", "folder/other"]) {
    const at = `${all.from}/${name}`;
    assertEquals(all.rows().get(at), root(await Deno.readFile(at)), name);
  }
});
