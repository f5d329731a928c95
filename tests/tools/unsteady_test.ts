import { assertEquals } from "@std/assert";
import { tempDir } from "../../testing/temp_dir.ts";
import { failedTests } from "../../tools/unsteady.ts";

const ROOT = new URL("../../", import.meta.url);

const STEADY = `Deno.test("a (steady) one", () => {});`;
const BROKEN = `Deno.test("a broken one", () => { throw new Error("broken"); });`;
/** Fails the first time only. */
const UNSTEADY = `
  Deno.test("an unsteady one: 1.5 => [a]", async (t) => {
    await t.step("in a step", async () => {
      await Deno.stat(import.meta.dirname + "/ran").catch(async (error) => {
        await Deno.writeTextFile(import.meta.dirname + "/ran", "");
        throw error;
      });
    });
  });`;

/** Runs tests together, and those that failed again. @returns The log, and how that ended. */
async function run(...files: string[]) {
  await using dir = await tempDir();
  for (const [i, text] of files.entries()) {
    await Deno.writeTextFile(dir.join(`file_${i}_test.ts`), `${text}\n${STEADY}\n`);
  }
  const deno = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } }).output();
  const { stdout } = await deno("test", "-A", "--parallel", "--no-check", dir.path);
  const log = new TextDecoder().decode(stdout);
  await Deno.writeTextFile(dir.join("log"), log);
  const again = await deno("run", "-A", "tools/unsteady.ts", dir.join("log"));
  return { log, code: again.code, said: new TextDecoder().decode(again.stdout) };
}

Deno.test("a test that passes alone is named as unsteady", async () => {
  const { code, said } = await run(UNSTEADY, "");
  assertEquals(
    said,
    "unsteady: an unsteady one: 1.5 => [a] (failed among all others, passed alone)\n",
  );
  assertEquals(code, 0);
});

Deno.test("a test that fails again has failed", async () => {
  assertEquals((await run(BROKEN, UNSTEADY)).code, 1);
});

Deno.test("nothing runs again if many tests failed, or more than tests", async () => {
  const { log } = await run(BROKEN, BROKEN, BROKEN);
  assertEquals(failedTests(log), []);
  const broken = await run(BROKEN, "throw new Error('at import');");
  assertEquals(failedTests(broken.log), []);
});
