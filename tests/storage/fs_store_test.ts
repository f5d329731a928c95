import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { names, put, read, refuses } from "./store_conformance.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

const windows = Deno.build.os === "windows";

Deno.test("FsStore lists no links, special files, reserved folder or names that cannot be requested", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  await put(store, "file", "x");
  await store.mkdir(storePath("dir"));
  await Deno.symlink("file", dir.join("link"));
  await Deno.symlink("dir", dir.join("dirlink"));
  const seen = ["dir", "file"];
  const hidden = ["dirlink: it is a link", "link: it is a link"];
  if (!windows) {
    for (const name of ["back\\slash", "new\nline"]) await Deno.writeTextFile(dir.join(name), "x");
    await Deno.writeTextFile(dir.join("\\out"), "x");
    const folder = { args: ["-c", "mkfifo pipe; touch $'a\\xff' $'a\\xfe'"], cwd: dir.path };
    await new Deno.Command("bash", folder).output();
    seen.unshift("back\\slash");
    seen.push("new\nline");
    hidden.unshift(
      "\\out: it is absolute",
      "a\ufffd: its name is not UTF-8",
      "a\ufffd: its name is not UTF-8",
    );
    hidden.push("pipe: it is neither a file nor a folder");
  }
  assertEquals(await names(store, "."), seen);
  const left: string[] = [];
  const leftOut = ({ subject, message }: FtError) =>
    left.push(`${subject}: ${message.match(/\(([^()]*)\)$/)?.[1]}`);
  await Array.fromAsync(store.list(storePath("."), undefined, leftOut));
  assertEquals(left, hidden);
  left.length = 0;
  const listed = await Array.fromAsync(store.list(storePath("."), undefined, leftOut, true));
  assertEquals([listed.map(({ path }) => path), left], [seen, hidden], "names only");
  await refuses("not_allowed", () => names(store, "dirlink"));
});

Deno.test("FsStore does not replace, move or remove links", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  await put(store, "file", "x");
  await Deno.symlink("file", dir.join("link"));
  await refuses("not_allowed", () => put(store, "link", "y", { replace: true }));
  await refuses("not_allowed", () => put(store, "link", "y"));
  await refuses("not_allowed", () => store.move(storePath("link"), storePath("z")));
  await refuses("conflict", () => store.move(storePath("file"), storePath("link")));
  await refuses("not_allowed", () => store.remove(storePath("link")));
  assertEquals(await Deno.readTextFile(dir.join("link")), "x");
});

Deno.test("FsStore keeps staged files when it is reopened, readable only by their owner", async () => {
  await using dir = await tempDir();
  {
    await using store = await FsStore.open(dir.path);
    const staged = await store.stage("over_restart");
    await staged.writeAt(0, new Uint8Array([1, 2, 3]));
  }
  const at = dir.join(".ftserver/staging/over_restart");
  if (!windows) {
    assertEquals((await Deno.stat(at)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(dir.join(".ftserver"))).mode! & 0o777, 0o700);
  }
  await using store = await FsStore.open(dir.path);
  const tokens = await Array.fromAsync(store.staged());
  assertEquals(tokens.map((t) => t.token), ["over_restart"]);
  assert(Math.abs(tokens[0]!.mtimeMs - Date.now()) < 60_000);
  await using staged = await store.stage("over_restart");
  assertEquals(staged.bytes, 3);
});

Deno.test("FsStore does not write to a published file through a staged name left by a crash", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  {
    await using staged = await store.stage("crashed_1");
    await staged.writeAt(0, new TextEncoder().encode("published"));
  }
  // This is the state after the link and before the removal.
  await Deno.link(dir.join(".ftserver/staging/crashed_1"), dir.join("file"));
  await using staged = await store.stage("crashed_1");
  assertEquals(staged.bytes, 0);
  await staged.writeAt(0, new TextEncoder().encode("OVERWRITE"));
  assertEquals(await read(store, "file"), "published");
});

Deno.test("FsStore refuses a link in place of a staged file", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  await put(store, "victim", "safe");
  await Deno.symlink("../../victim", dir.join(".ftserver/staging/planted_1"));
  await using staged = await store.stage("planted_1");
  await staged.writeAt(0, new TextEncoder().encode("evil"));
  assertEquals(await read(store, "victim"), "safe");
});

Deno.test("FsStore publishes atomically and exclusively on a file system without hard links", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const { linkSync } = Deno;
  // Simulated, because such a file system cannot be mounted here.
  Deno.linkSync = () => {
    throw new Deno.errors.NotSupported();
  };
  try {
    const tries = await Promise.allSettled([put(store, "f", "a"), put(store, "f", "b")]);
    assertEquals(tries.filter((t) => t.status === "fulfilled").length, 1);
    await store.move(storePath("f"), storePath("g"));
    await put(store, "f", "c");
    await refuses("conflict", () => store.move(storePath("f"), storePath("g")));
  } finally {
    Deno.linkSync = linkSync;
  }
  assertEquals(await read(store, "f"), "c");
  assertEquals(await names(store, "."), ["f", "g"]);
});

Deno.test("FsStore reveals no path of the server in its errors", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  // Each name is short enough, but the absolute path is too long for the system.
  const long = storePath(Array(16).fill("x".repeat(254)).join("/"));
  const error = await refuses("limit", () => store.mkdir(long));
  assert(!error.message.includes(dir.path), error.message);
});

Deno.test("FsStore notices a file that is written in place while it is read", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const { revision } = await put(store, "f", "one", { mtimeMs: 1_700_000_000_000 });
  await using file = await store.open(storePath("f"));
  assert(await file!.unchanged());
  await Deno.writeTextFile(dir.join("f"), "two");
  assertEquals(await file!.unchanged(), false);
  assertNotEquals((await store.stat(storePath("f")))!.revision, revision);
});

Deno.test("FsStore gives each version of a file another revision, even if size and time are the same", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const facts = { replace: true, mtimeMs: 1_700_000_000_000 };
  const first = await put(store, "f", "1", facts);
  const second = await put(store, "f", "2", facts);
  assertNotEquals(first.revision, second.revision);
});

Deno.test("FsStore applies the user's mask to the mode of files", NEEDS_POSIX, async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  await put(store, "plain", "x");
  await put(store, "program", "x", { executable: true });
  await Deno.writeTextFile(dir.join("reference"), "x");
  const mode = async (name: string) => (await Deno.stat(dir.join(name))).mode! & 0o777;
  assertEquals(await mode("plain"), await mode("reference"));
  assertEquals(await mode("program"), await mode("plain") | (await mode("plain") & 0o444) >> 2);
});

Deno.test("FsStore with portable names refuses path-windows-reserved-and-streams", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path, { portableNames: true });
  await put(store, "fine", "x");
  for (const name of ["con", "d/aux.txt", "f.txt::$DATA", "dot.", "space ", "a?"]) {
    await refuses("not_allowed", () => put(store, name, "x", { replace: true }));
    await refuses("not_allowed", () => store.mkdir(storePath(name)));
    await refuses("not_allowed", () => store.move(storePath("fine"), storePath(name)));
  }
  assertEquals(await names(store, "."), ["fine"]);
});

Deno.test("FsStore refuses every call on a file that was closed", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const staged = await store.stage("ended_001");
  await staged.publish(storePath("f"), { replace: false });
  const file = (await store.open(storePath("f")))!;
  await file[Symbol.asyncDispose]();
  await file[Symbol.asyncDispose]();
  await staged[Symbol.asyncDispose]();
  const closed = "Cannot read f: it is closed";
  await assertRejects(() => file.readAt(0, new Uint8Array(1)), FtError, closed);
  await assertRejects(() => file.unchanged(), FtError, closed);
  const ended = "Cannot use a staged file after it ended";
  await assertRejects(() => staged.readAt(0, new Uint8Array(1)), FtError, ended);
  await assertRejects(() => staged.writeAt(0, new Uint8Array(1)), FtError, ended);
  await assertRejects(() => staged.sync(), FtError, ended);
  await assertRejects(() => staged.discard(), FtError, ended);
});

Deno.test("FsStore.open creates its root, and refuses a file", async () => {
  await using dir = await tempDir();
  {
    await using store = await FsStore.open(dir.join("root"));
    assertEquals(await names(store, "."), []);
    assertEquals(store.root, await Deno.realPath(dir.join("root")));
  }
  // The reserved folder is not created before it is needed.
  assertEquals(await Array.fromAsync(Deno.readDir(dir.join("root"))), []);
  await Deno.writeTextFile(dir.join("file"), "x");
  await refuses("conflict", () => FsStore.open(dir.join("file")));
  await refuses("not_found", () => FsStore.open(dir.join("misspelt/root")));
});

Deno.test(
  "FsStore reports disk_full and loses nothing (disk-full-mid-write)",
  NEEDS_MOUNT,
  async () => {
    await using disk = await tinyDisk(1 << 20);
    await using store = await FsStore.open(disk!.path);
    await put(store, "before", "safe");
    await using staged = await store.stage("too_large");
    const block = new Uint8Array(256 << 10).fill(7);
    const error = await assertRejects(async () => {
      for (let i = 0; i < 8; i++) await staged.writeAt(i * block.length, block);
    }, FtError);
    assertEquals(error.code, "disk_full");
    assert(!error.message.includes(disk!.path));
    await staged.discard();
    assertEquals(await read(store, "before"), "safe");
    await put(store, "after", block);
    assertEquals(await names(store, "."), ["after", "before"]);
  },
);

Deno.test(
  "FsStore serves a read-only folder (read-only-folder)",
  NEEDS_MOUNT,
  async () => {
    await using disk = await tinyDisk(1 << 20);
    await Deno.writeTextFile(`${disk!.path}/file`, "read me");
    await disk!.makeReadOnly();
    await using store = await FsStore.open(disk!.path);
    assertEquals(await read(store, "file"), "read me");
    assertEquals((await store.stat(ROOT))?.type, "dir");
    await refuses("not_allowed", () => store.stage("upload_1"));
    await refuses("not_allowed", () => store.mkdir(storePath("d")));
    await refuses("not_allowed", () => store.remove(storePath("file")));
    await refuses("not_allowed", () => store.move(storePath("file"), storePath("g")));
  },
);
