/**
 * The first start, and how long the next one takes.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "../../tools/paths.ts";
import { executable, FreshMachine } from "./fresh_machine.ts";

const PORTABLE = (await Deno.readFile(executable("ftclient"))).subarray(0, 2).join() === "35,33";

async function bestOf(runs: number, run: () => Promise<void>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

Deno.test("ftclient --version takes less than 3 times deno eval 0", async () => {
  await using machine = await FreshMachine.make();
  await machine.run("ftclient", ["--version"]);
  const ours = await bestOf(9, async () => void await machine.run("ftclient", ["--version"]));
  const bare = await bestOf(9, async () => void await machine.run(Deno.execPath(), ["eval", "0"]));
  assert(ours < 3 * bare, `${ours.toFixed(0)} ms against ${bare.toFixed(0)} ms`);
});

Deno.test("first starts at once all work, and unpack to one folder", async () => {
  await using machine = await FreshMachine.make();
  const runs = ["ftclient", "ftserver", "ftclient", "ftserver"]
    .map((program) => machine.run(program, ["--version"]));
  for (const { code, stderr } of await Promise.all(runs)) assertEquals([code, stderr], [0, ""]);
  if (!PORTABLE) return;
  const names = [...Deno.readDirSync(join(machine.home, ".cache/ft"))].map(({ name }) => name);
  assertEquals(names.map((name) => /^[0-9a-f]{64}$/.test(name)), [true]);
});

Deno.test("without a home that can be written to, it works from the temporary folder", async () => {
  await using machine = await FreshMachine.make();
  const temporary = machine.path("tmp");
  await Deno.mkdir(temporary);
  for (const HOME of ["/dev/null", ""]) {
    const ended = await machine.run("ftclient", ["--version"], { HOME, TMPDIR: temporary });
    assertEquals([ended.code, ended.stderr], [0, ""]);
  }
});

Deno.test("a download that was damaged is refused, and leaves nothing", {
  ignore: !PORTABLE,
}, async () => {
  await using machine = await FreshMachine.make();
  const bytes = await Deno.readFile(executable("ftclient"));
  bytes[bytes.length >> 1]! ^= 1;
  await Deno.writeFile(machine.path("damaged"), bytes, { mode: 0o755 });
  const TMPDIR = machine.path("");
  const ended = await machine.run(machine.path("damaged"), ["--version"], { TMPDIR });
  assertEquals([ended.code, ended.stdout], [1, ""]);
  assertMatch(ended.stderr, /^ftclient: cannot unpack: /);
  assertEquals([...Deno.readDirSync(join(machine.home, ".cache/ft"))], []);
});
