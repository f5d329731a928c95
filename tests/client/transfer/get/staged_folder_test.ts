/**
 * New folders of small files, which get their names in one step.
 */

import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { emptyFolders } from "../../../../lib/client/transfer/get/new_folders.ts";
import { partPaths } from "../../../../lib/client/transfer/get/part_names.ts";
import { StagedFolder } from "../../../../lib/client/transfer/get/staged_folder.ts";
import { TimeCheck } from "../../../../lib/client/transfer/get/time_check.ts";
import { compareFolders } from "../../../../testing/files/same_files.ts";
import { NEEDS_POSIX } from "../../../../testing/skip.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { assertDone, bitsAt, Copies } from "../copies.ts";

const FILES = 24;

/** Two folders with small files, one of them also with a folder. */
function writeTree(at: string, files = FILES): void {
  for (const folder of ["leaf", "above", "above/below"]) {
    Deno.mkdirSync(`${at}/${folder}`, { recursive: true });
    for (let i = 0; i < files; i++) {
      Deno.writeTextFileSync(`${at}/${folder}/f${i}`, `${folder} ${i}`);
    }
  }
}

const names = (at: string) => [...Deno.readDirSync(at)].map(({ name }) => name).sort();
const partOf = (folder: string) => partPaths(folder).part;

/** Counts how often the runtime renames, and links, while a task runs. */
async function namings(task: () => Promise<unknown>) {
  const [rename, link] = [Deno.renameSync, Deno.linkSync];
  const count = { renames: 0, links: 0 };
  Deno.renameSync = (from, to) => {
    count.renames++;
    rename(from, to);
  };
  Deno.linkSync = (from, to) => {
    count.links++;
    link(from, to);
  };
  try {
    await task();
  } finally {
    [Deno.renameSync, Deno.linkSync] = [rename, link];
  }
  return count;
}

Deno.test(
  "get -r gives a new folder without folders its name in one step",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start();
    writeTree(copies.served("tree"));
    await Deno.chmod(copies.served("tree/leaf"), 0o750);
    await Deno.chmod(copies.served("tree/leaf/f1"), 0o400);
    await Deno.utime(copies.served("tree/leaf/f2"), new Date(), new Date(1e12 + 7));
    const count = await namings(async () => assertDone(await copies.get(["tree"]), 3 * FILES));
    // The files of a folder with folders are named one by one.
    assertEquals(count, { renames: 2, links: FILES });
    await compareFolders(copies.served("tree"), copies.at("tree"));
    assertEquals(bitsAt(copies.at("tree/leaf")), bitsAt(copies.served("tree/leaf")));
    assertEquals(bitsAt(copies.at("tree/leaf/f1")), "400");
    assertEquals(Deno.statSync(copies.at("tree/leaf/f2")).mtime?.getTime(), 1e12 + 7);
    assertEquals(names(copies.at("tree")), ["above", "leaf"]);
  },
);

Deno.test(
  "killed get -r: whole files in a hidden folder are used, torn ones are not",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start();
    writeTree(copies.served("tree"));
    // As a run left it that was killed: the folder is there, and empty.
    await Deno.mkdir(copies.at("tree/leaf"), { recursive: true });
    const part = partOf(copies.at("tree/leaf"));
    await Deno.mkdir(part);
    for (const i of [0, 1, 2]) await Deno.writeTextFile(`${part}/f${i}`, `leaf ${i}`);
    await Deno.writeTextFile(`${part}/f3`, "le");
    await Deno.writeTextFile(`${part}/strange`, "not served");
    const outcome = await copies.get(["tree"]);
    assertDone(outcome, 3 * FILES);
    assertEquals(outcome.done.filter(({ moved }) => moved === 0).map(({ name }) => name).sort(), [
      ...["tree/leaf/f0", "tree/leaf/f1", "tree/leaf/f2"],
    ]);
    await compareFolders(copies.served("tree"), copies.at("tree"));
    assertEquals(names(copies.at("tree")), ["above", "leaf"]);
  },
);

Deno.test(
  "get -r leaves a hidden folder alone that another program fills",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start();
    writeTree(copies.served("tree"));
    const folder = copies.at("tree/leaf");
    await Deno.mkdir(folder, { recursive: true });
    using other = StagedFolder.create(folder, partOf(folder))!;
    await Deno.writeTextFile(other.pathOf("f0"), "leaf 0");
    await Deno.writeTextFile(other.pathOf("more"), "more");
    assertDone(await copies.get(["tree"]), 3 * FILES);
    assertEquals(names(other.part), ["f0", "more"]);
    const targets = [`${folder}/f0`, `${folder}/more`];
    assertEquals(other.publish(targets), new Set([targets[1]!]), "the other name is taken");
    other[Symbol.dispose]();
    assertEquals(await Deno.readTextFile(`${folder}/more`), "more");
    assertEquals(names(copies.at("tree")), ["above", "leaf"]);
  },
);

Deno.test(
  "an interrupted get -r keeps the whole files of a folder that it was filling",
  NEEDS_POSIX,
  async () => {
    await using copies = await Copies.start();
    writeTree(copies.served("tree"), 260);
    const stop = new AbortController();
    let ended = 0;
    const interrupted = copies.get(["tree"], {
      transfers: 1,
      signal: stop.signal,
      onEvent: ({ kind }) => {
        if (kind === "end" && ++ended === 300) stop.abort(new Error("enough"));
      },
    });
    await assertRejects(() => interrupted, Error, "enough");
    const kept = ["above", "above/below", "leaf"].map((folder) =>
      names(copies.at(`tree/${folder}`))
    );
    assert(kept.flat().every((name) => /^(f\d+|below)$/.test(name)), "no hidden names");
    assertLess(299, kept.flat().length);
    assertDone(await copies.get(["tree"]), 780);
    await compareFolders(copies.served("tree"), copies.at("tree"));
  },
);

Deno.test(
  "StagedFolder replaces nothing but the empty folder it was made for",
  NEEDS_POSIX,
  async () => {
    await using dir = await tempDir();
    const folder = dir.join("new");
    for (const meanwhile of ["a file", "another folder", "nothing"]) {
      await Deno.mkdir(folder);
      using staged = StagedFolder.create(folder, partOf(folder))!;
      await Deno.writeTextFile(staged.pathOf("a"), "ours");
      if (meanwhile !== "nothing") await Deno.rename(folder, dir.join(meanwhile));
      if (meanwhile === "a file") await Deno.writeTextFile(folder, "mine");
      if (meanwhile === "another folder") await Deno.mkdir(folder);
      const named = staged.publish([`${folder}/a`]);
      assertEquals(named.size, meanwhile === "a file" ? 0 : 1, meanwhile);
      staged[Symbol.dispose]();
      assertEquals(names(dir.path).filter((name) => name.endsWith("ft-part")), []);
      await Deno.remove(folder, { recursive: true });
    }
    assertEquals(StagedFolder.create(folder, partOf(folder)), null, "there is no folder");
  },
);

Deno.test("emptyFolders: those that are new, and have no folder of the plan in them", () => {
  const all = new Set(["out", "out/t", "out/t/a", "out/t/b", "out/u"]);
  const made = new Set(["out/t", "out/t/a", "out/u"]);
  assertEquals(emptyFolders({ all, made }), new Set(["out/t/a", "out/u"]));
});

Deno.test("TimeCheck looks until a time was stored to the millisecond, and at unusual times", async () => {
  await using dir = await tempDir();
  const at = dir.join("f");
  await Deno.writeTextFile(at, "");
  const notices: unknown[] = [];
  const context = { onEvent: (event: unknown) => void notices.push(event) };
  const check = new TimeCheck();
  const look = (storedMs: number, wantedMs: number) => {
    Deno.utimeSync(at, new Date(), new Date(storedMs));
    check.look(at, wantedMs, context);
    return notices.splice(0).length;
  };
  assertEquals(look(1e12, 1e12 + 5), 1, "a file system with whole seconds");
  assertEquals(look(1e12, 1e12), 0);
  assertEquals(look(1e12, 1e12 + 5), 1, "a whole second proves nothing");
  assertEquals(look(1e12 + 5, 1e12 + 5), 0);
  assertEquals(look(1e12, 1e12 + 5), 0, "not looked at");
  assertEquals([look(0, -1), look(0, 2 ** 32 * 1000)], [1, 1]);
});
