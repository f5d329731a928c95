/**
 * Permission bits of copies, in both directions: a new file gets those of its source less the mask, a
 * replaced one keeps its own, and nothing private becomes readable for others.
 */

import { partPaths } from "../../../lib/client/transfer/get/part_names.ts";
import { assertEquals } from "@std/assert";
import type { OnTransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { NEEDS_POSIX } from "../../../testing/skip.ts";
import { assertDone, bitsAt, Copies, writeWith } from "./copies.ts";

/** A size that is sent in a batch, and one that is sent in blocks. */
const SIZES = { small: 100, large: 1_500_000 };
const MODES = [0o600, 0o640, 0o644, 0o700, 0o755, 0o444, 0o777] as const;
const mask = Deno.build.os === "windows" ? 0 : Deno.umask();
const octal = (bits: number) => bits.toString(8);

/** Writes a file of each size with each mode. @returns Their names. */
function writeEach(folder: string): string[] {
  Deno.mkdirSync(folder, { recursive: true });
  return Object.entries(SIZES).flatMap(([size, bytes]) =>
    MODES.map((mode) => {
      const name = `${size}_${octal(mode)}`;
      writeWith(`${folder}/${name}`, sampleBytes(bytes), mode);
      return name;
    })
  );
}

/** The mode in a name that {@linkcode writeEach} made, less the mask. */
const modeIn = (name: string) => octal(parseInt(name.split("_")[1]!, 8) & ~mask);

Deno.test("put gives new files the bits of their sources, less the mask", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  const names = writeEach(copies.at("tree"));
  assertDone(await copies.put(["tree"]), names.length);
  for (const name of names) assertEquals(bitsAt(copies.served(`tree/${name}`)), modeIn(name), name);
  const [single] = names;
  assertDone(await copies.put([`tree/${single}`], { to: "alone" }), 1);
  assertEquals(bitsAt(copies.served(`alone/${single}`)), modeIn(single!));
});

Deno.test("get gives new files the bits of their sources, less the mask", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  const names = writeEach(copies.served("tree"));
  assertDone(await copies.get(["tree"]), names.length);
  for (const name of names) assertEquals(bitsAt(copies.at(`tree/${name}`)), modeIn(name), name);
  for (const name of names) {
    assertDone(await copies.get([`tree/${name}`], { output: copies.at(`one_${name}`) }), 1);
    assertEquals(bitsAt(copies.at(`one_${name}`)), modeIn(name), name);
  }
});

Deno.test(
  "a file that is replaced keeps its own bits, in both directions",
  NEEDS_POSIX,
  async () => {
    for (const direction of ["put", "get"] as const) {
      await using copies = await Copies.start();
      const [from, to] = direction === "put"
        ? [copies.at("tree"), copies.served("tree")]
        : [copies.served("tree"), copies.at("tree")];
      const names = writeEach(to);
      for (const name of writeEach(from)) {
        writeWith(`${from}/${name}`, sampleBytes(Deno.statSync(`${from}/${name}`).size, 2), 0o755);
      }
      const outcome = await copies[direction](["tree"], { existing: "overwrite" });
      assertDone(outcome, names.length);
      for (const name of names) {
        assertEquals(bitsAt(`${to}/${name}`), name.split("_")[1], `${direction} ${name}`);
      }
    }
  },
);

Deno.test("--no-times gives new files the bits of any new file", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  const plain = octal(0o666 & ~mask);
  const names = writeEach(copies.at("tree"));
  await copies.put(["tree"], { times: false });
  await copies.get(["tree"], { times: false, dir: copies.at("back") });
  for (const name of names) {
    assertEquals(bitsAt(copies.served(`tree/${name}`)), plain, name);
    assertEquals(bitsAt(copies.at(`back/tree/${name}`)), plain, name);
  }
});

Deno.test(
  "new folders get the bits of their sources, and those that exist keep theirs",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start();
    for (const name of ["tree/private/deep", "tree/empty", "tree/read"]) {
      Deno.mkdirSync(copies.at(name), { recursive: true });
    }
    for (const name of ["private/deep/f", "read/f", "f"]) {
      writeWith(
        copies.at(`tree/${name}`),
        "f",
        0o644,
      );
    }
    const bits = { "private/deep": 0o750, private: 0o700, empty: 0o711, read: 0o555, "": 0o755 };
    for (const [name, mode] of Object.entries(bits)) {
      Deno.chmodSync(copies.at(`tree/${name}`), mode);
    }
    assertDone(await copies.put(["tree"]), 3);
    assertDone(await copies.get(["tree"], { dir: copies.at("back") }), 3);
    assertDone(
      await copies.get(["tree"], { dir: copies.at("some"), filter: (n) => n.endsWith("f") }),
      3,
    );
    for (const [name, mode] of Object.entries(bits)) {
      const wanted = octal((mode | 0o700) & ~mask);
      assertEquals(bitsAt(copies.served(`tree/${name}`)), wanted, name);
      assertEquals(bitsAt(copies.at(`back/tree/${name}`)), wanted, name);
      if (name !== "empty") assertEquals(bitsAt(copies.at(`some/tree/${name}`)), wanted, name);
    }
    for (const at of [copies.served("tree/read"), copies.at("back/tree/read")]) {
      Deno.chmodSync(
        at,
        0o710,
      );
    }
    assertDone(await copies.put(["tree"]), 3);
    assertDone(await copies.get(["tree"], { dir: copies.at("back") }), 3);
    for (const at of [copies.served("tree/read"), copies.at("back/tree/read")]) {
      assertEquals(bitsAt(at), "710", at);
    }
  },
);

Deno.test("part files are private, even those of an older version", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  writeWith(copies.served("f"), sampleBytes(SIZES.large), 0o644);
  for (const left of [false, true]) {
    await Deno.remove(copies.at("f")).catch(() => {});
    const seen = new Set<string>();
    if (left) writeWith(partPaths(copies.at("f")).part, "a part", 0o666);
    const look: OnTransferEvent = (event) => {
      if (event.kind !== "progress" || event.done === 0) return;
      for (const { name } of Deno.readDirSync(copies.local)) {
        if (name.endsWith(".ft-part")) seen.add(bitsAt(copies.at(name)));
      }
    };
    assertDone(await copies.get(["f"], { onEvent: look }), 1);
    assertEquals([[...seen], bitsAt(copies.at("f"))], [["600"], octal(0o644 & ~mask)]);
  }
});

Deno.test("a resumed download gets the bits of its source", NEEDS_POSIX, async () => {
  await using copies = await Copies.start();
  const bytes = sampleBytes(SIZES.large);
  writeWith(copies.served("f"), bytes, 0o750);
  writeWith(partPaths(copies.at("f")).part, bytes.subarray(0, 1 << 20), 0o600);
  const outcome = await copies.get(["f"]);
  assertDone(outcome, 1);
  assertEquals([outcome.moved, bitsAt(copies.at("f"))], [
    bytes.length - (1 << 20),
    octal(0o750 & ~mask),
  ]);
});
