/**
 * The first start, and the time of later ones.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { executable, FreshMachine } from "./fresh_machine.ts";
import { skipUnless } from "../../testing/skip.ts";

const PORTABLE = (await Deno.readFile(executable("ftclient"))).subarray(0, 2).join() === "35,33";

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

Deno.test("ftclient --version takes less than 2.5 times deno eval 0", async () => {
  await using machine = await FreshMachine.create();
  const ours: number[] = [];
  const bare: number[] = [];
  // In turns, so that other work on the machine affects both. The first start unpacks.
  for (let i = 0; i < 12; i++) {
    ours.push(await timed(() => machine.run("ftclient", ["--version"])));
    bare.push(await timed(() => machine.run(Deno.execPath(), ["eval", "0"])));
  }
  const ratio = Math.min(...ours) / Math.min(...bare);
  assert(ratio < 2.5, `${ratio.toFixed(2)} times`);
});

Deno.test("simultaneous first starts all work, and unpack to one folder", async () => {
  await using machine = await FreshMachine.create();
  const runs = ["ftclient", "ftserver", "ftclient", "ftserver"]
    .map((program) => machine.run(program, ["--version"]));
  for (const { code, stderr } of await Promise.all(runs)) assertEquals([code, stderr], [0, ""]);
  if (!PORTABLE) return;
  const names = [...Deno.readDirSync(join(machine.home, ".cache/ft"))].map(({ name }) => name);
  assertEquals(names.map((name) => /^[0-9a-f]{64}$/.test(name)), [true]);
});

Deno.test("without a writable home folder, it uses the temporary folder", async () => {
  await using machine = await FreshMachine.create();
  const temporary = machine.path("tmp");
  await Deno.mkdir(temporary);
  for (const HOME of ["/dev/null", ""]) {
    const ended = await machine.run("ftclient", ["--version"], {
      env: { HOME, TMPDIR: temporary },
    });
    assertEquals([ended.code, ended.stderr], [0, ""]);
  }
});

Deno.test(
  "a damaged executable is refused, and leaves no files",
  skipUnless(PORTABLE, "the executables are native"),
  async () => {
    await using machine = await FreshMachine.create();
    const bytes = await Deno.readFile(executable("ftclient"));
    bytes[bytes.length >> 1]! ^= 1;
    await Deno.writeFile(machine.path("damaged"), bytes, { mode: 0o755 });
    const TMPDIR = machine.path("");
    const ended = await machine.run(machine.path("damaged"), ["--version"], { env: { TMPDIR } });
    assertEquals([ended.code, ended.stdout], [1, ""]);
    assertMatch(ended.stderr, /^ftclient: cannot unpack: /);
    assertEquals([...Deno.readDirSync(join(machine.home, ".cache/ft"))], []);
  },
);
