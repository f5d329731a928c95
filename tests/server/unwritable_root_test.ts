/**
 * A served folder that this user cannot write is served to readers, without a lock.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { STAGED_UPLOAD_TTL_MS } from "../../lib/base/limits.ts";
import { encodeBatch } from "../../lib/storage/batch_journal.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import type { Rule } from "../../testing/planned/plan.ts";
import { plannedProgram } from "../../testing/planned/planned_program.ts";
import { NEEDS_PLANS } from "../../testing/planned/planned_system.ts";
import { System } from "../../testing/programs/system.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

const always = { when: "before", times: null } as const;
const fails = (errno: "EACCES" | "EROFS") => ({ kind: "fail", errno }) as const;

const DENIED = "permission denied";

/** The folders a server meets, as faults of its file operations, and the reason that writers get. */
const FOLDERS: Record<string, { readonly rule: Rule; readonly reason: string }> = {
  "of another user": {
    rule: { ops: ["mkdir"], path: "/root/\\.ftserver", deed: fails("EACCES"), ...always },
    reason: DENIED,
  },
  "on a read-only mount": {
    rule: { ops: ["mkdir"], path: "/root/\\.", deed: fails("EROFS"), ...always },
    reason: "the file system is read-only",
  },
  "that another user served before": {
    rule: { path: "/\\.ftserver/", deed: fails("EACCES"), ...always },
    reason: DENIED,
  },
};

for (const [kind, { rule, reason }] of Object.entries(FOLDERS)) {
  Deno.test({
    name: `ftserver serves a folder ${kind} to readers, and refuses writers with 4`,
    ...NEEDS_PLANS,
    async fn() {
      await using dir = await tempDir();
      const { plan, program } = await plannedProgram("ftserver", dir.path);
      await plan.arm([rule]);
      await using system = await System.start({ programs: { server: program }, logLevel: "info" });
      assertMatch(system.log, /root\.unlocked/);
      await Deno.writeTextFile(system.served("a.txt"), "a");
      await Deno.writeTextFile(system.at("b.txt"), "b");
      assertEquals((await system.client(["get", "a.txt"])).code, 0);
      const put = await system.client(["-q", "put", "b.txt"]);
      assertEquals([put.code, put.stderr], [
        4,
        `ftclient: cannot write to the served folder: ${reason}\n`,
      ]);
    },
  });
}

Deno.test(
  "a root that became read-only is served with what an earlier server left in it",
  NEEDS_MOUNT,
  async () => {
    await using disk = (await tinyDisk(1 << 20))!;
    const path = storePath("torn.txt");
    const lost = { path, bytes: new Uint8Array(9), mtimeMs: 0, executable: false };
    for (const name of ["batches", "staging", "lock"]) {
      await Deno.mkdir(`${disk.path}/.ftserver/${name}`, { recursive: true });
    }
    await Deno.writeFile(`${disk.path}/.ftserver/batches/one`, encodeBatch([lost]));
    const staged = `${disk.path}/.ftserver/staging/an_old_upload`;
    await Deno.writeTextFile(staged, "old");
    await Deno.utime(staged, 0, (Date.now() - STAGED_UPLOAD_TTL_MS) / 1000 - 1);
    await Deno.writeTextFile(`${disk.path}/.ftserver/staging/.a_draft`, "draft");
    await Deno.writeTextFile(`${disk.path}/a.txt`, "a");
    await disk.makeReadOnly();
    await using live = await testServer({ root: disk.path });
    await using second = await testServer({ root: disk.path });
    for (const server of [live, second]) {
      await using remote = await server.connect();
      assertEquals((await remote.files.stat("a.txt")).bytes, 1);
      const { code } = await assertRejects(() => remote.files.mkdir("d"), FtError);
      assertEquals([code, server.logged().flat().includes("root.unlocked")], ["not_allowed", true]);
    }
  },
);

Deno.test("a served folder is created only where the folder above it exists", async () => {
  await using dir = await tempDir();
  {
    await using _live = await testServer({ root: dir.join("new") });
  }
  assertEquals((await Deno.stat(dir.join("new"))).isDirectory, true);
  const root = dir.join("misspelt/new");
  const { code, message } = await assertRejects(() => testServer({ root }), FtError);
  assertEquals([code, message], [
    "not_found",
    `cannot serve ${root}: the folder above it does not exist`,
  ]);
  await assertRejects(() => Deno.stat(dir.join("misspelt")), Deno.errors.NotFound);
});
