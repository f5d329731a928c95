/**
 * Versions on a server: who may see, restore and remove them, and that every writer leaves one.
 */

import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import type { Role } from "../../lib/auth/policy.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import type { Files } from "../../lib/service/files.ts";
import { versionFiles } from "../../lib/native/version_files.ts";
import { DEFAULT_VERSION_POLICY } from "../../lib/storage/version_policy.ts";
import { codeOf } from "../../testing/code_of.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { testServer } from "../../testing/test_server.ts";

const PASSWORD = "right horse";

/** Runs a test over each kind of store. */
function onEach(what: string, fn: (over: Over) => Promise<void>): void {
  for (const over of ["folder", "bucket"] as const) {
    Deno.test(`${what} (over a ${over})`, () => fn(over));
  }
}

type Over = "folder" | "bucket";
type Options = Parameters<typeof testServer>[0];

/** A server on which `ann` and `bob` may write, and perhaps `ada` is an admin. */
async function scene(over: Over, options: Options = {}, admin = false) {
  await using stack = new AsyncDisposableStack();
  const bucket = over === "folder" ? undefined : stack.use(await openMemoryStore()).served;
  const versions = DEFAULT_VERSION_POLICY;
  const server = stack.use(await testServer({ anonymous: "none", bucket, versions, ...options }));
  const database = stack.use(openAuthDatabase(server.state));
  const users = new Users(database);
  const roles: Record<string, Role> = { ann: "write", bob: "write" };
  if (admin) roles.ada = "admin";
  for (const [name, role] of Object.entries(roles)) await users.add(name, role, PASSWORD);
  const owned = stack.move();
  const as = (user: string) =>
    server.connect({ login: { kind: "password", user, password: PASSWORD } });
  const dispose = () => owned.disposeAsync();
  return { server, database, as, [Symbol.asyncDispose]: dispose };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function put(files: Files, path: string, text: string): Promise<void> {
  const bytes = bytesOf(text);
  const digest = blockDigest(bytes);
  await using staged = await files.stage(path, {
    bytes: bytes.length,
    precondition: { kind: "any" },
  });
  await Array.fromAsync(staged.have());
  await staged.write({ index: 0, bytes, digest, [Symbol.dispose]: () => {} });
  await staged.commit({ bytes: bytes.length, root: rootOf(digest, bytes.length) });
}

async function textOf(files: Files, path: string): Promise<string> {
  await using reading = await files.read(path);
  let text = "";
  for await (using block of reading.blocks) text += new TextDecoder().decode(block.bytes);
  return text;
}

async function kept({ versions, files }: Remote, path: string): Promise<string[]> {
  const found = await versions.of(path);
  return await Promise.all(
    found.map(async ({ rev, cause, by }) =>
      `${await textOf(versionFiles(files, rev), path)} ${cause} ${by}`
    ),
  );
}

onEach(
  "a server keeps what users overwrite, replace and remove, and gives it back",
  async (over) => {
    await using at = await scene(over);
    await using ann = await at.as("ann");
    await using bob = await at.as("bob");
    await put(ann.files, "d/a", "one");
    await put(bob.files, "d/a", "two");
    const small = { path: "d/a", bytes: bytesOf("three"), mtimeMs: 1, executable: false };
    await ann.files.writeMany([smallFile(small)], { precondition: { kind: "any" } });
    await bob.files.remove("d", { recursive: true });
    const all = ["three removed user bob", "two overwritten user ann", "one overwritten user bob"];
    assertEquals(await kept(ann, "d/a"), all);
    const listed = async (recursive: boolean) =>
      (await Array.fromAsync(ann.versions.deleted(".", { recursive }))).map((entry) =>
        entry.type === "dir" ? `${entry.folder.path}/` : entry.version.path
      );
    assertEquals([await listed(false), await listed(true)], [["d/"], ["d/a"]]);
    const [, second] = await ann.versions.of("d/a");
    const info = await ann.versions.restore("d/a", { rev: second!.rev });
    assertEquals([info.path, info.bytes, await textOf(ann.files, "d/a")], ["d/a", 3, "two"]);
    assertEquals((await ann.files.stat("d/a")).revision, info.revision);
    assertEquals(await listed(true), []);
    // The newest version of a file that is there is what was there before.
    await ann.versions.restore("d/a");
    assertEquals(await textOf(ann.files, "d/a"), "three");
    assertEquals((await kept(ann, "d/a"))[0], "two restored user ann");
    const logged = at.server.logged("name", "bytes");
    assertEquals(logged.filter(([event]) => event === "file.restored").length, 2);
  },
);

onEach("only who may read and write a name sees and restores its versions", async (over) => {
  await using at = await scene(over);
  await using ann = await at.as("ann");
  await put(ann.files, "secret/a", "one");
  await put(ann.files, "secret/a", "two");
  await ann.files.remove("secret/a");
  const denied = { effect: "deny", actions: ["read"], path: "secret" } as const;
  new Rules(at.database).add({ subject: "bob", ...denied });
  await using bob = await at.as("bob");
  const [version] = await ann.versions.of("secret/a");
  const { rev } = version!;
  const refused = [
    () => bob.versions.of("secret/a"),
    () => bob.versions.restore("secret/a"),
    () => bob.versions.forget("secret/a"),
    () => bob.files.stat("secret/a", { rev }),
    () => textOf(versionFiles(bob.files, rev), "secret/a"),
  ];
  for (const ask of refused) assertEquals(await codeOf(ask()), "not_allowed", String(ask));
  assertEquals(await Array.fromAsync(bob.versions.deleted("secret")), []);
  // The number of a version opens nothing under another name.
  const elsewhere = [
    () => bob.versions.restore("free", { rev }),
    () => bob.files.stat("free", { rev }),
    () => textOf(versionFiles(bob.files, rev), "free"),
    () => ann.versions.restore("secret/b"),
  ];
  for (const ask of elsewhere) assertEquals(await codeOf(ask()), "not_found", String(ask));
  for (const name of [".ftserver/versions", ".ftserver/versions/0", ".FTSERVER/versions"]) {
    assertEquals(await codeOf(ann.files.stat(name)), "not_allowed", name);
    assertEquals(await codeOf(ann.versions.of(name)), "not_allowed", name);
  }
});

onEach(
  "only an admin removes versions for good, unless users may remove their own",
  async (over) => {
    await using at = await scene(over, {}, true);
    await using ann = await at.as("ann");
    await using bob = await at.as("bob");
    for (const text of ["one", "two", "three"]) await put(ann.files, "a", text);
    await put(bob.files, "a", "four");
    assertEquals(await codeOf(ann.versions.forget("a")), "not_allowed");
    {
      await using ada = await at.as("ada");
      const [newest] = await ada.versions.of("a");
      await ada.versions.forget("a", { rev: newest!.rev });
      assertEquals(await codeOf(ada.versions.forget("a", { rev: newest!.rev })), "not_found");
      assertEquals(await codeOf(ada.versions.forget("b")), "not_found");
    }
    await at.server.restart({ forgetOwn: true });
    await using again = await at.as("ann");
    await using other = await at.as("bob");
    assertEquals((await kept(again, "a")).length, 2);
    assertEquals(await codeOf(other.versions.forget("a")), "not_allowed");
    await again.versions.forget("a");
    assertEquals(await again.versions.of("a"), []);
  },
);

onEach("a restored version respects leases, quotas and what may be replaced", async (over) => {
  await using at = await scene(over);
  await using ann = await at.as("ann");
  await using bob = await at.as("bob");
  await put(ann.files, "d/a", "0123456789");
  await ann.files.remove("d/a");
  await ann.files.lease("d/a", { ttlMs: 60_000 });
  assertEquals(await codeOf(bob.versions.restore("d/a")), "conflict");
  await ann.files.release("d/a");
  await ann.files.mkdir("d/a");
  assertEquals(await codeOf(bob.versions.restore("d/a")), "conflict");
  await ann.files.remove("d/a");
  await bob.versions.restore("d/a");
  assertEquals(await textOf(ann.files, "d/a"), "0123456789");
});

onEach("a server without versions says so, and keeps nothing", async (over) => {
  await using at = await scene(over, { versions: { versions: 0 } });
  await using ann = await at.as("ann");
  await put(ann.files, "a", "one");
  await put(ann.files, "a", "two");
  await ann.files.remove("a");
  assertEquals(await ann.versions.of("a"), []);
  assertEquals(await codeOf(ann.versions.restore("a")), "not_found");
});

Deno.test("a reader of a file that is overwritten keeps reading the old content", async () => {
  await using at = await scene("folder");
  await using ann = await at.as("ann");
  const old = new Uint8Array(3 << 20).fill(7);
  await Deno.writeFile(`${at.server.root}/a`, old);
  await using reading = await ann.files.read("a");
  const blocks = reading.blocks[Symbol.asyncIterator]();
  const sizes: number[] = [];
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    using block = next.value;
    if (sizes.length === 0) await put(ann.files, "a", "new");
    assert(block.bytes.every((byte) => byte === 7));
    sizes.push(block.bytes.length);
  }
  assertEquals(sizes, [1 << 20, 1 << 20, 1 << 20]);
  assertEquals(await textOf(ann.files, "a"), "new");
  const [version] = await ann.versions.of("a");
  assertEquals(version!.bytes, 3 << 20);
  await ann.versions.restore("a");
  assertEquals(await Deno.readFile(`${at.server.root}/a`), old);
});
