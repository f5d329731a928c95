/**
 * `ftserver scrub --repair`: damaged content comes back from versions.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { sampleBytes } from "../../testing/content.ts";
import { rot } from "../../testing/files/rot.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";

const MiB = 1024 * 1024;

/** A server that was stopped, with the content of files after and before they were overwritten. */
async function stopped(files: Record<string, readonly [Uint8Array, Uint8Array]>) {
  const system = await System.start();
  for (const [name, contents] of Object.entries(files)) {
    for (const content of contents) {
      await Deno.writeFile(system.at(name), content);
      assertEquals((await system.client(["put", name, "--overwrite"])).code, 0);
    }
  }
  await system.stop();
  const scrub = (...args: string[]) =>
    runProgram(system.programs.server, [
      ...["scrub", "--root", system.root, "--state", system.state, ...args],
    ]);
  return { system, scrub, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
}

Deno.test("a damaged block comes back from a version that has it at the same place", async () => {
  const old = sampleBytes(3 * MiB + 5);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  await using scene = await stopped({ f: [old, now] });
  const { system: { root, state }, scrub } = scene;
  await rot(root, state, "f", 2 * MiB + 9);
  const before = await Deno.stat(`${root}/f`);
  const found = await scrub();
  assertEquals([found.code, found.stdout], [6, "damaged: f: blocks 2\n"], found.stderr);
  const repaired = await scrub("--repair");
  assertEquals([repaired.code, repaired.stdout], [0, "repaired: f: blocks 2\n"], repaired.stderr);
  assertMatch(repaired.stderr, /none damaged, 1 repaired/);
  assertEquals(await Deno.readFile(`${root}/f`), now);
  const after = await Deno.stat(`${root}/f`);
  assertEquals([after.mode, after.mtime], [before.mode, before.mtime]);
  const again = await scrub("--json");
  assertEquals([again.code, JSON.parse(again.stdout).damaged], [0, 0]);
});

Deno.test("a block that no version has stays damaged, and the file as it is", async () => {
  const old = sampleBytes(2 * MiB);
  const now = old.slice();
  now.set(sampleBytes(MiB, 2));
  await using scene = await stopped({ f: [old, now], "g": [sampleBytes(9), sampleBytes(9, 2)] });
  const { system: { root, state }, scrub } = scene;
  await rot(root, state, "f", 7);
  await rot(root, state, "g", 3);
  const damaged = await Deno.readFile(`${root}/f`);
  const result = await scrub("--repair");
  assertEquals(result.code, 6, result.stderr);
  assertEquals(result.stdout.split("\n").map((line) => line.split(":")[0]), [
    ...["damaged", "damaged", ""],
  ]);
  assertEquals(await Deno.readFile(`${root}/f`), damaged);
});

Deno.test("nothing is repaired beside a running server", async () => {
  await using system = await System.start();
  const args = ["scrub", "--repair", "--root", system.root, "--state", system.state];
  const { code, stderr } = await runProgram(system.programs.server, args);
  assertEquals(code, 7, stderr);
  assertMatch(stderr, /in use/);
});
