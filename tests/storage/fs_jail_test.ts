import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { closeSync } from "node:fs";
import { resolve } from "node:path";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { FsJail } from "../../lib/storage/fs_jail.ts";
import { readFully } from "../../lib/storage/positioned_io.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

/** A root `served` with a file in it, and a secret file beside it. */
async function scene(): Promise<TempDir & { jail: FsJail }> {
  const dir = await tempDir();
  await Deno.mkdir(dir.join("served/folder"), { recursive: true });
  await Deno.mkdir(dir.join("outside"));
  await Deno.writeTextFile(dir.join("served/folder/file"), "inside");
  await Deno.writeTextFile(dir.join("outside/file"), "SECRET");
  return { ...dir, jail: await FsJail.open(dir.join("served")) };
}

function refuses(code: ErrorCode, act: () => unknown): FtError {
  const error = assertThrows(act, FtError);
  assertEquals(error.code, code, error.message);
  return error;
}

function read(jail: FsJail, path: string): string | null {
  const file = jail.open(storePath(path));
  if (file === null) return null;
  const into = new Uint8Array(file.facts.bytes);
  try {
    readFully(file.fd, 0, into);
  } finally {
    closeSync(file.fd);
  }
  return new TextDecoder().decode(into);
}

function* strings(alphabet: string, length: number): Generator<string> {
  if (length === 0) return yield "";
  for (const head of strings(alphabet, length - 1)) for (const c of alphabet) yield head + c;
}

Deno.test("FsJail keeps every short string inside (path-dotdot-encodings-bruteforce)", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(dir.join("c/f/2"), { recursive: true });
  for (const secret of ["2", "5", "c/2", "c/5", "e"]) {
    await Deno.writeTextFile(dir.join(secret), "SECRET");
  }
  const jail = await FsJail.open(dir.join("c/f"));
  const devices = new Set<string>();
  let accepted = 0;
  for (let length = 0; length <= 5; length++) {
    for (const text of strings("./\\%2e5cf", length)) {
      let path;
      try {
        path = storePath(text);
      } catch (error) {
        assert(error instanceof FtError && error.code === "not_allowed", text);
        continue;
      }
      accepted++;
      const at = resolve(jail.locate(path));
      assert(at === jail.root || at.startsWith(`${jail.root}/`), text);
      const facts = accepted % 7 === 0 || path.length < 4 ? jail.look(path) : null;
      if (facts !== null) devices.add(`${facts.kind} ${path}`);
    }
  }
  assertGreater(accepted, 1000);
  assertEquals([...devices].sort(), ["dir .", "dir 2"]);
});

Deno.test("FsJail refuses a link as the last name (symlink-leaf)", async () => {
  await using dir = await scene();
  const { jail } = dir;
  await Deno.symlink("../outside/file", dir.join("served/out"));
  await Deno.symlink("folder/file", dir.join("served/in"));
  await Deno.symlink("nowhere", dir.join("served/dangling"));
  await Deno.symlink("self", dir.join("served/self"));
  for (const name of ["out", "in", "dangling", "self"]) {
    refuses("not_allowed", () => jail.look(storePath(name)));
    refuses("not_allowed", () => jail.open(storePath(name)));
    refuses("not_allowed", () => jail.createFolders(storePath(`${name}/x`)));
  }
});

Deno.test("FsJail refuses a link among the parent folders (symlink-parent)", async () => {
  await using dir = await scene();
  const { jail } = dir;
  await Deno.symlink("../outside", dir.join("served/out"));
  await Deno.symlink("..", dir.join("served/folder/up"));
  for (const path of ["out/file", "out/nope", "folder/up/folder/file", "folder/up/x/y"]) {
    refuses("not_allowed", () => jail.look(storePath(path)));
    refuses("not_allowed", () => jail.open(storePath(path)));
    refuses("not_allowed", () => jail.resolve(storePath(path)));
    refuses("not_allowed", () => jail.createFolders(storePath(path)));
  }
  assertEquals(await Array.fromAsync(Deno.readDir(dir.join("outside"))).then((a) => a.length), 1);
});

Deno.test("FsJail never reads outside while a folder is swapped (symlink-parent-swap-race)", async () => {
  await using dir = await scene();
  const { jail } = dir;
  await Deno.symlink("../outside", dir.join("served/link"));
  const worker = new Worker(new URL("./swapper.ts", import.meta.url), { type: "module" });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const stopped = new Promise((resolve) => worker.addEventListener("message", resolve));
  const [folder, link, aside] = ["folder", "link", "aside"].map((n) => dir.join(`served/${n}`));
  worker.postMessage({ folder, link, aside, stop });
  const seen = { inside: 0, refused: 0, absent: 0 };
  const until = performance.now() + 10_000;
  try {
    // Until both outcomes were seen many times; how long that takes depends on the machine.
    while ((seen.inside < 1000 || seen.refused < 1000) && performance.now() < until) {
      try {
        const text = read(jail, "folder/file");
        if (text === null) seen.absent++;
        else {
          assertEquals(text, "inside");
          seen.inside++;
        }
      } catch (error) {
        assert(error instanceof FtError, String(error));
        assert(["not_allowed", "conflict"].includes(error.code), error.message);
        seen.refused++;
      }
    }
  } finally {
    Atomics.store(stop, 0, 1);
    await stopped;
    worker.terminate();
  }
  assertGreater(seen.inside, 0);
  assertGreater(seen.refused, 0);
});

Deno.test("FsJail.holds notices that a name now belongs to another file", async () => {
  await using dir = await scene();
  const { jail } = dir;
  const path = storePath("folder/file");
  const file = jail.open(path)!;
  closeSync(file.fd);
  const outside = (await FsJail.open(dir.join("outside"))).look(storePath("file"))!;
  // Once as if the folders had just changed, and once as if that were long ago.
  for (const sinceMs of [Date.now(), Date.now() + 60_000]) {
    assert(jail.holds(path, file.facts, sinceMs));
    assert(!jail.holds(path, outside, sinceMs));
  }
  await Deno.rename(dir.join("served/folder"), dir.join("served/aside"));
  assert(!jail.holds(path, file.facts, Date.now()));
  await Deno.symlink("../outside", dir.join("served/folder"));
  assert(!jail.holds(path, file.facts, Date.now()));
  refuses("not_allowed", () => jail.holds(path, outside, Date.now()));
});

Deno.test({
  name: "FsJail refuses pipes and devices without hanging (fifo-or-device-open-does-not-hang)",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await scene();
    const made = await new Deno.Command("mkfifo", { args: [dir.join("served/pipe")] }).output();
    assert(made.success);
    refuses("not_allowed", () => dir.jail.look(storePath("pipe")));
    refuses("not_allowed", () => dir.jail.open(storePath("pipe")));
    refuses("not_allowed", () => dir.jail.look(storePath("pipe/below")));
    const devices = await FsJail.open("/dev");
    refuses("not_allowed", () => devices.open(storePath("null")));
    refuses("not_allowed", () => devices.open(storePath("tty")));
  },
});

Deno.test("FsJail serves a hard link like any file (hardlink)", async () => {
  // A hard link is no escape from the root: only the owner of the file can have created it.
  await using dir = await scene();
  await Deno.link(dir.join("served/folder/file"), dir.join("served/second"));
  assertEquals(read(dir.jail, "second"), "inside");
});

Deno.test("FsJail does not confuse its root with a sibling (path-prefix-sibling)", async () => {
  await using dir = await scene();
  await Deno.mkdir(dir.join("served2"));
  await Deno.writeTextFile(dir.join("served2/file"), "SECRET");
  await Deno.symlink("../served2", dir.join("served/sibling"));
  refuses("not_allowed", () => read(dir.jail, "sibling/file"));
  refuses("not_allowed", () => read(dir.jail, "../served2/file"));
});

Deno.test("FsJail returns null if a parent folder is missing or is a file", async () => {
  await using dir = await scene();
  for (const path of ["no", "no/pe", "folder/file/x", "folder/file/x/y"]) {
    assertEquals(dir.jail.look(storePath(path)), null);
    assertEquals(dir.jail.open(storePath(path)), null);
    if (path !== "no") refuses("not_found", () => dir.jail.resolve(storePath(path)));
  }
  refuses("usage", () => dir.jail.open(storePath("folder")));
  refuses("conflict", () => dir.jail.createFolders(storePath("folder/file/x")));
});

Deno.test("FsJail recognises its reserved folder by identity, in any spelling", async () => {
  await using dir = await scene();
  const staging = dir.jail.reserve("staging");
  assertEquals(staging, `${dir.jail.root}/.ftserver/staging`);
  await Deno.writeTextFile(`${staging}/secret`, "SECRET");
  // On some file systems another spelling of the name leads to the same folder.
  await Deno.rename(dir.join("served/.ftserver"), dir.join("served/ftserv~1"));
  refuses("not_allowed", () => dir.jail.look(storePath("ftserv~1")));
  refuses("not_allowed", () => read(dir.jail, "ftserv~1/staging/secret"));
});

Deno.test("FsJail refuses a reserved folder that is a link", async () => {
  await using dir = await scene();
  await Deno.symlink("../outside", dir.join("served/.ftserver"));
  refuses("conflict", () => dir.jail.reserve("staging"));
  assertEquals((await Array.fromAsync(Deno.readDir(dir.join("outside")))).length, 1);
});

Deno.test("own-side-files-collide: FsJail takes nothing of a user for its reserved folder", async () => {
  await using dir = await scene();
  const at = dir.join("served/.ftserver");
  await Deno.writeTextFile(at, "a user's");
  refuses("conflict", () => dir.jail.reserve("lock"));
  assertEquals(await Deno.readTextFile(at), "a user's");
  await Deno.remove(at);
  await Deno.mkdir(`${at}/notes`, { recursive: true });
  refuses("conflict", () => dir.jail.reserve("lock"));
  assertEquals([...Deno.readDirSync(at)].map(({ name }) => name), ["notes"]);
  // An empty one, and one that has a folder of ours, is ours.
  await Deno.remove(`${at}/notes`);
  assertEquals(dir.jail.reserve("lock"), `${at}/lock`);
  await Deno.writeTextFile(`${at}/.DS_Store`, "");
  assertEquals(dir.jail.reserve("staging"), `${at}/staging`);
});

Deno.test("FsJail follows links only to its root, once", async () => {
  await using dir = await scene();
  await Deno.symlink("served", dir.join("door"));
  const jail = await FsJail.open(dir.join("door"));
  assertEquals(jail.root, dir.join("served"));
  assertEquals(read(jail, "folder/file"), "inside");
});

/** Runs `act` while each lstat first runs `before` with its path. */
function whileLooking<T>(before: (path: string) => void, act: () => T): T {
  const real = Deno.lstatSync;
  Deno.lstatSync = (path) => {
    before(String(path));
    return real(path);
  };
  try {
    return act();
  } finally {
    Deno.lstatSync = real;
  }
}

Deno.test("FsJail.open reads the current file if a folder is swapped during the check", async () => {
  await using dir = await tempDir();
  for (const name of ["served/top/d", "other"]) {
    await Deno.mkdir(dir.join(name), { recursive: true });
    await Deno.writeTextFile(dir.join(`${name}/f`), name);
  }
  const jail = await FsJail.open(dir.join("served"));
  const file = `${jail.root}/top/d/f`;
  let looks = 0;
  const swap = (path: string) => {
    // The third look is the first of those in random order.
    if (path !== file || ++looks !== 3) return;
    Deno.renameSync(dir.join("served/top/d"), dir.join("taken_out"));
    Deno.renameSync(dir.join("other"), dir.join("served/top/d"));
  };
  assertEquals(whileLooking(swap, () => read(jail, "top/d/f")), "other");
  assertGreater(looks, 3);
});

Deno.test("FsJail.open gives up on a file that keeps being replaced, with a retryable error", async () => {
  await using dir = await scene();
  let looks = 0;
  const replace = (path: string) => {
    if (!path.endsWith("/folder/file")) return;
    Deno.writeTextFileSync(dir.join("next"), `${++looks}`);
    Deno.renameSync(dir.join("next"), path);
  };
  const open = () => dir.jail.open(storePath("folder/file"));
  const error = whileLooking(replace, () => refuses("conflict", open));
  assertEquals([error.message, error.retryable, error.subject], [
    ...["file keeps changing: folder/file", true, "folder/file"],
  ]);
  assertEquals(looks, 32);
});
