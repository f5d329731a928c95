/**
 * A target that has the content already: nothing is moved, and time and permission bits still come.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { NEEDS_POSIX } from "../../../testing/skip.ts";
import { assertDone, bitsAt, Copies, type CopyOutcome, writeWith } from "./copies.ts";

const OLD = new Date("2001-02-03T04:05:06.789Z");
const NEW = new Date("2024-05-06T07:08:09.123Z");
const SIZES = { none: 0, small: 100, large: 2_500_000 };
const WAYS = ["refuse", "overwrite", "rename"] as const;
const DIRECTIONS = ["put", "get"] as const;

/** Both sides of a copy: the tree it comes from, and the one it goes to. */
function sides(copies: Copies, direction: "put" | "get"): [from: string, to: string] {
  const both = [copies.at("tree"), copies.served("tree")] as const;
  return direction === "put" ? [both[0], both[1]] : [both[1], both[0]];
}

/** Writes the same files on both sides, as old files that nobody can execute. */
function writeBoth(...folders: string[]): void {
  for (const folder of folders) {
    Deno.mkdirSync(folder);
    for (const [name, bytes] of Object.entries(SIZES)) {
      writeWith(`${folder}/${name}`, sampleBytes(bytes), 0o644);
      Deno.utimeSync(`${folder}/${name}`, OLD, OLD);
    }
  }
}

function change(folder: string, mode: number): void {
  for (const name of Object.keys(SIZES)) {
    Deno.chmodSync(`${folder}/${name}`, mode);
    Deno.utimeSync(`${folder}/${name}`, NEW, NEW);
  }
}

function assertFacts(folder: string, time: Date, bits: string): void {
  for (const name of Object.keys(SIZES)) {
    const at = `${folder}/${name}`;
    assertEquals(
      [Deno.statSync(at).mtime?.toISOString(), bitsAt(at)],
      [time.toISOString(), bits],
      at,
    );
  }
}

function assertMovedNothing(outcome: CopyOutcome): void {
  assertDone(outcome, Object.keys(SIZES).length);
  assertEquals([outcome.moved, outcome.notices], [0, []]);
}

Deno.test("equal content moves nothing, and brings time and bits", NEEDS_POSIX, async () => {
  for (const direction of DIRECTIONS) {
    for (const existing of WAYS) {
      await using copies = await Copies.start();
      const [from, to] = sides(copies, direction);
      writeBoth(from, to);
      change(from, 0o755);
      assertMovedNothing(await copies[direction](["tree"], { existing }));
      assertFacts(to, NEW, "755");
      assertEquals([...Deno.readDirSync(to)].length, Object.keys(SIZES).length, "no other names");
      change(from, 0o600);
      for (const name of Object.keys(SIZES)) {
        const outcome = await copies[direction]([`tree/${name}`], {
          existing,
          to: "tree",
          dir: copies.at("tree"),
        });
        assertDone(outcome, 1);
        assertEquals(outcome.moved, 0);
      }
      assertFacts(to, NEW, "600");
    }
  }
});

Deno.test("equal content does not open a private file for others", NEEDS_POSIX, async () => {
  for (const direction of DIRECTIONS) {
    await using copies = await Copies.start();
    const [from, to] = sides(copies, direction);
    writeBoth(from, to);
    change(to, 0o600);
    change(from, 0o755);
    assertMovedNothing(await copies[direction](["tree"], { existing: "overwrite" }));
    assertFacts(to, NEW, "700");
  }
});

Deno.test("--no-times leaves time and bits of equal content alone", NEEDS_POSIX, async () => {
  for (const direction of DIRECTIONS) {
    await using copies = await Copies.start();
    const [from, to] = sides(copies, direction);
    writeBoth(from, to);
    change(from, 0o755);
    assertMovedNothing(await copies[direction](["tree"], { times: false }));
    assertFacts(to, OLD, "644");
  }
});

Deno.test(
  "a user who may not replace files is told that time and bits stay",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start({ anonymous: "read" });
    writeBoth(copies.at("tree"), copies.served("tree"));
    change(copies.at("tree"), 0o755);
    const outcome = await copies.put(["tree/small"], { to: "tree" });
    assertDone(outcome, 1);
    assertEquals(outcome.moved, 0);
    assertMatch(
      outcome.notices.join(),
      /^time and permission bits of tree\/small stay as they are: /,
    );
    assertFacts(copies.served("tree"), OLD, "644");
  },
);

Deno.test("equal content keeps the digests that the server knows", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  writeWith(copies.at("f"), sampleBytes(SIZES.large), 0o644);
  await copies.put(["f"]);
  await using remote = await copies.server.connect();
  const { root } = await remote.files.stat("f");
  Deno.utimeSync(copies.at("f"), NEW, NEW);
  await copies.put(["f"]);
  const { root: after, mtimeMs } = await remote.files.stat("f");
  assertEquals([after, mtimeMs], [root, NEW.getTime()]);
});

for (const dialect of ["updown", "json"]) {
  Deno.test(`equal content is a success over ${dialect}, and gets no other name`, async () => {
    await using copies = await Copies.start();
    await Deno.writeTextFile(copies.at("f"), "the same text");
    await Deno.writeTextFile(copies.served("f"), "the same text");
    for (const existing of WAYS) {
      assertDone(await copies.put(["f"], { dialect, existing, recursive: false }), 1);
    }
    const names = [...Deno.readDirSync(copies.server.root)].map(({ name }) => name);
    assertEquals(names.filter((name) => name !== ".ftserver"), ["f"]);
  });
}

Deno.test("setFacts refuses a file that has other content by now", async () => {
  await using copies = await Copies.start();
  writeBoth(copies.served("tree"));
  await using remote = await copies.server.connect();
  const refused = async (path: string, root: string) => {
    const facts = { root, mtimeMs: NEW.getTime(), mode: 0o777 };
    return await remote.files.setFacts(path, facts).then(() => "done", (e: FtError) => e.code);
  };
  assertEquals(await refused("tree/small", "0".repeat(64)), "conflict");
  assertEquals(await refused("tree/missing", "0".repeat(64)), "not_found");
  assertEquals(await refused("tree", "0".repeat(64)), "usage");
  assertEquals(await refused("../tree", "0".repeat(64)), "not_allowed");
  assertFacts(copies.served("tree"), OLD, bitsAt(copies.served("tree/small")));
});
