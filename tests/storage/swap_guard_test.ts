import { assertEquals } from "@std/assert";
import { FsJail } from "../../lib/storage/fs_jail.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { SwapGuard } from "../../lib/storage/swap_guard.ts";
import { NEEDS_POSIX, needsProgram } from "../../testing/skip.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { tempDir } from "../../testing/temp_dir.ts";

async function guarded() {
  const dir = await tempDir();
  await Deno.mkdir(dir.join("served/a/b"), { recursive: true });
  const jail = await FsJail.open(dir.join("served"));
  return { ...dir, jail, guard: new SwapGuard(jail, () => dir.join("probe")) };
}

Deno.test(
  "SwapGuard.exposed: a folder that others can write to, unless it is sticky",
  NEEDS_POSIX,
  async () => {
    await using dir = await guarded();
    const exposed = () => ["x", "a/x", "a/b/x"].map((path) => dir.guard.exposed(storePath(path)));
    const modes = async (served: number, a: number, b: number) => {
      await Deno.chmod(dir.join("served"), served);
      await Deno.chmod(dir.join("served/a"), a);
      await Deno.chmod(dir.join("served/a/b"), b);
      return exposed();
    };
    assertEquals(await modes(0o755, 0o700, 0o555), [false, false, false]);
    assertEquals(await modes(0o777, 0o755, 0o755), [true, true, true]);
    assertEquals(await modes(0o1777, 0o755, 0o755), [false, false, false]);
    const { uid, gid } = Deno.statSync(dir.path);
    // The group with the number of the user is not another user.
    assertEquals(await modes(0o755, 0o775, 0o755), [false, uid !== gid, uid !== gid]);
    assertEquals(await modes(0o755, 0o772, 0o755), [false, true, true]);
    assertEquals(await modes(0o755, 0o755, 0o757), [false, false, true]);
    assertEquals([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["served"]);
  },
);

Deno.test(
  "SwapGuard.exposed: a folder of another user, or writable by another group",
  await needsProgram("setpriv", "--reuid=65534", "--clear-groups", "true"),
  async () => {
    await using dir = await guarded();
    await runSuccessfully({ path: "chown", args: [] }, ["65534", dir.join("served/a")]);
    const exposed = (path: string) => dir.guard.exposed(storePath(path));
    assertEquals(["x", "a", "a/x", "a/b/x"].map(exposed), [false, false, true, true]);
    await runSuccessfully({ path: "chown", args: [] }, ["0:65534", dir.join("served/a")]);
    assertEquals(exposed("a/x"), false, "a group that cannot write");
    await Deno.chmod(dir.join("served/a"), 0o775);
    assertEquals(exposed("a/x"), true, "a group that can write");
  },
);

Deno.test(
  "SwapGuard.exposed: below a folder that was seen as a link, or is missing",
  NEEDS_POSIX,
  async () => {
    await using dir = await guarded();
    dir.jail.links.add(storePath("a/b"));
    const exposed = (path: string) => dir.guard.exposed(storePath(path));
    assertEquals(["a/b", "a/x", "a/b/x", "gone/x"].map(exposed), [false, false, true, true]);
  },
);
