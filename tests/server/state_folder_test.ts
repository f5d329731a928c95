/**
 * What a server reports about a state folder that it cannot use.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { plannedProgram } from "../../testing/planned/planned_program.ts";
import { NEEDS_PLANS } from "../../testing/planned/planned_system.ts";
import { programFromTask } from "../../testing/programs/program.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

Deno.test("startServer refuses a state folder that is a file, or below one", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("file"), "not a folder");
  for (const [name, code] of [["file", "conflict"], ["file/below", "not_found"]]) {
    const state = dir.join(name!);
    const error = await assertRejects(() => testServer({ state }), FtError);
    assertEquals([error.code, error.message.startsWith(`Cannot use ${state}: `)], [code, true]);
  }
  assertEquals(await Deno.readTextFile(dir.join("file")), "not a folder");
});

Deno.test({
  name: "ftserver ends with 4 where its state folder is read-only",
  ...NEEDS_PLANS,
  async fn() {
    await using dir = await tempDir();
    const { plan, program } = await plannedProgram("ftserver", dir.path);
    const state = dir.join("state");
    const args = ["--root", dir.join("root"), "--state", state, "--listen", "ft://127.0.0.1:0"];
    const fail = async (op: "mkdir" | "create") => {
      const rule = { ops: [op], path: "/state", when: "before", times: null } as const;
      await plan.arm([{ ...rule, deed: { kind: "fail", errno: "EROFS" } }]);
      return await runProgram(program, args, {}, AbortSignal.timeout(20_000));
    };
    const absent = await fail("mkdir");
    assertEquals(absent.code, 4, absent.stderr);
    assertMatch(absent.stderr, /Cannot use \S+\/state: the file system is read-only/);
    await Deno.mkdir(state);
    const present = await fail("create");
    assertEquals(present.code, 4, present.stderr);
    assertMatch(present.stderr, /Cannot lock \S+\/state: the file system is read-only/);
  },
});

Deno.test({
  name: "full-state-disk: ftserver user add ends with 9 and names the file",
  ...NEEDS_MOUNT,
  async fn() {
    await using disk = (await tinyDisk(64 * 1024))!;
    await Deno.chmod(disk.path, 0o700);
    const program = await programFromTask("ftserver");
    const env = { FTSERVER_PASSWORD: "correct horse battery" };
    const add = (name: string) => {
      const args = ["user", "add", name, "--role", "read", "--state", disk.path];
      return runProgram(program, args, env, AbortSignal.timeout(20_000));
    };
    const first = await add("ana");
    assertEquals(first.code, 0, first.stderr);
    const ballast = await Deno.open(`${disk.path}/ballast`, { write: true, createNew: true });
    try {
      while (true) await ballast.write(new Uint8Array(1024));
    } catch {
      ballast.close();
    }
    const second = await add("ben");
    assertEquals([second.code, second.stderr], [
      9,
      `ftserver: Cannot use ${disk.path}/auth.sqlite: disk full\n`,
    ]);
  },
});
