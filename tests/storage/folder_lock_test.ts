import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { lockFolder, lockJail } from "../../lib/storage/folder_lock.ts";
import { FsJail } from "../../lib/storage/fs_jail.ts";
import { tempDir } from "../../testing/temp_dir.ts";

async function refusal(lock: Promise<Disposable | null>): Promise<unknown> {
  const { code, message } = await assertRejects(() => lock, FtError);
  return [code, message];
}

Deno.test("lockFolder names the process that has the lock, and ends with its disposal", async () => {
  await using dir = await tempDir();
  const lock = () => lockFolder(dir.path, "lock", "the state");
  {
    using _lock = await lock();
    assertEquals(await Deno.readTextFile(dir.join("lock")), `${Deno.pid}\n`);
    assertEquals(await refusal(lock()), ["conflict", `the state is in use by process ${Deno.pid}`]);
    await Deno.writeTextFile(dir.join("lock"), "not a number");
    assertEquals(await refusal(lock()), ["conflict", "the state is in use by another process"]);
  }
  using _again = await lock();
  assertEquals(await Deno.readTextFile(dir.join("lock")), `${Deno.pid}\n`);
});

Deno.test("lockFolder says what it cannot lock", async () => {
  await using dir = await tempDir();
  const [code, message] = await refusal(lockFolder(dir.join("absent"), "lock")) as string[];
  assertEquals(code, "not_found");
  assertEquals(message!.startsWith(`Cannot lock ${dir.join("absent")}: `), true);
});

Deno.test("lockJail locks a served folder in its reserved folder", async () => {
  await using dir = await tempDir();
  const jail = await FsJail.open(dir.path);
  using _lock = await lockJail(jail);
  assertEquals(await Deno.readTextFile(dir.join(".ftserver/lock/pid")), `${Deno.pid}\n`);
  assertEquals(await refusal(lockJail(jail)), [
    "conflict",
    `${jail.root} is in use by process ${Deno.pid}`,
  ]);
});
