/**
 * `ftserver audit`, with real programs: what users did through several dialects, also after the
 * server was killed.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { runProgram } from "../../../testing/programs/running_program.ts";
import { System } from "../../../testing/programs/system.ts";
import { NEEDS_POSIX } from "../../../testing/skip.ts";

async function audit(system: System, ...args: string[]) {
  const { code, stdout, stderr } = await runProgram(system.programs.server, [
    ...["audit", ...args, "--state", system.state],
  ]);
  return { code, stdout, stderr };
}

/** Waits until the log has an entry: it is written in the background. */
async function entries(system: System, last: string): Promise<string[][]> {
  for (;;) {
    const { code, stdout, stderr } = await audit(system, "--json");
    assertEquals(code, 0, stderr);
    const all = stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    const found = all.map(({ op, name, to, door, result }) => [op, name, to, door, result]);
    if (found.some(([op, , , , result]) => op === last && result === "done")) return found;
  }
}

Deno.test({
  name: "the audit log has what was done through every dialect, and survives a killed server",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await System.start();
    await Deno.writeTextFile(system.at("a"), "hello");
    const done = async (...args: string[]) => assertEquals((await system.client(args)).code, 0);
    await done("put", "a", "--to", "d");
    await done("mv", "d/a", "d/b");
    await done("get", "d/b", "-o", "-", "-H", system.url.replace("ft:", "ft+line:"));
    assertEquals((await system.client(["rm", "../x"])).code, 4);
    await done("rm", "-r", "d");
    assertEquals(await entries(system, "remove").then((all) => all.slice(0, 5)), [
      ["put", "d/a", undefined, "native", "done"],
      ["move", "d/a", "d/b", "native", "done"],
      ["get", "d/b", undefined, "line", "done"],
      ["remove", "../x", undefined, "native", "not_allowed"],
      ["remove", "d", undefined, "native", "done"],
    ]);
    assertEquals((await audit(system, "verify")).code, 0);
    await system.restart();
    await done("put", "a");
    await entries(system, "put");
    const { code, stdout } = await audit(system, "verify");
    assertEquals([code, /^\d+ entries, none changed/.test(stdout)], [0, true]);
    const path = `${system.state}/audit/audit-000000000001.jsonl`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"d/b"', '"d/c"'));
    const verified = await audit(system, "verify");
    assertEquals(verified.code, 6);
    assertMatch(verified.stderr, /^ftserver: line 2 was changed/);
  },
});
