import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { planGet } from "../../../../lib/client/transfer/get/get_plan.ts";
import { localJoin } from "../../../../lib/client/transfer/local_path.ts";
import type { FileInfo, Files } from "../../../../lib/service/files.ts";
import { pure } from "../../../../testing/pure.ts";

function info(path: string, type: "file" | "dir" = "file"): FileInfo {
  return { path, type, bytes: 1, mtimeMs: 0, executable: false, revision: "r" };
}

/** A server that lists arbitrary paths. */
function listing(at: FileInfo, below: readonly FileInfo[] = []): Files {
  async function* list(): AsyncGenerator<FileInfo> {
    yield* below;
  }
  const files: Pick<Files, "stat" | "list"> = { stat: () => Promise.resolve(at), list };
  return files as Files;
}

const HOW = { dir: "down", recursive: true, dryRun: false } as const;

pure("planGet puts a file under its last name, or the name the user gave", async () => {
  const at = info("a/b.bin");
  const plan = (output?: string) =>
    planGet(listing(at), { ...HOW, name: "a/b.bin", recursive: false, output });
  const job = { name: "a/b.bin", target: "down/b.bin", bytes: 1, info: at };
  assertEquals((await plan()).jobs, [job]);
  assertEquals((await plan("other")).jobs[0]!.target, "other");
});

pure("planGet puts a folder under its own name with all below", async () => {
  const below = [info("a/d/e", "dir"), info("a/d/e/f"), info("a/d/g")];
  const files = listing(info("a/d", "dir"), below);
  const { jobs, folders } = await planGet(files, { ...HOW, name: "a/d", dir: "down/" });
  assertEquals(jobs.map(({ target }) => target), ["down/d/e/f", "down/d/g"]);
  assertEquals(new Set(folders), new Set(["down/d", "down/d/e"]));
  const root = listing(info(".", "dir"), [info("f"), info("e/g")]);
  const here = await planGet(root, { ...HOW, name: ".", dir: "." });
  assertEquals(new Set(here.folders), new Set([".", "e"]));
  const single = planGet(files, { ...HOW, name: "a/d", recursive: false });
  assertEquals((await assertRejects(() => single, FtError)).code, "usage");
});

pure("planGet refuses names that were not asked for (server-sends-traversal-name)", async () => {
  const bad = [
    ...["../x", "/etc/passwd", "d/../../x", "d/../d/x", "other/f", "d", "d/", "d//f", "./d/f"],
    ...["dd/f", "d/..\\b", "d/a\0b", "C:x", "", "."],
  ];
  for (const path of bad) {
    const files = listing(info("d", "dir"), [info("d/fine"), info(path)]);
    const planning = planGet(files, { ...HOW, name: "d" });
    const error = await assertRejects(() => planning, FtError);
    assertEquals(error.code, "protocol", path);
  }
});

pure("localJoin joins below a folder, and is silent about the current one", () => {
  assertEquals([localJoin("a", "b/c"), localJoin("a/", "b"), localJoin("/", "b")], [
    ...["a/b/c", "a/b", "/b"],
  ]);
  assertEquals([localJoin("a", "."), localJoin(".", "b"), localJoin(".", ".")], ["a", "b", "."]);
});
