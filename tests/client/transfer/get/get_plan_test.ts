import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { localJoin, planGet } from "../../../../lib/client/transfer/get/get_plan.ts";
import { Link } from "../../../../lib/client/remote/link.ts";
import type { Remote } from "../../../../lib/client/remote/remote.ts";
import type { FileInfo, Files } from "../../../../lib/service/files.ts";
import { pure } from "../../../../testing/pure.ts";

function info(path: string, type: "file" | "dir" = "file"): FileInfo {
  return { path, type, bytes: 1, mtimeMs: 0, executable: false, revision: "r" };
}

/** A link to a server that lists what it likes. */
function linkTo(at: FileInfo, listing: readonly FileInfo[] = []): Link {
  async function* list(): AsyncGenerator<FileInfo> {
    yield* listing;
  }
  const files: Pick<Files, "stat" | "list"> = { stat: () => Promise.resolve(at), list };
  const remote = { files, [Symbol.asyncDispose]: () => Promise.resolve() } as unknown as Remote;
  return new Link(() => Promise.resolve(remote), { retries: 0, onEvent() {} });
}

pure("planGet puts a file under its last name, or the name the user gave", async () => {
  const at = info("a/b.bin");
  const plan = (dir: string, output?: string) =>
    planGet(linkTo(at), "a/b.bin", dir, { recursive: false, ...(output && { output }) });
  assertEquals((await plan("down")).jobs, [{ name: "a/b.bin", target: "down/b.bin", bytes: 1 }]);
  assertEquals((await plan("down", "other")).jobs[0]!.target, "other");
});

pure("planGet puts a folder under its own name with all below", async () => {
  const below = [info("a/d/e", "dir"), info("a/d/e/f"), info("a/d/g")];
  const link = linkTo(info("a/d", "dir"), below);
  const { jobs, folders } = await planGet(link, "a/d", "down/", { recursive: true });
  assertEquals(jobs.map(({ target }) => target), ["down/d/e/f", "down/d/g"]);
  assertEquals(new Set(folders), new Set(["down/d", "down/d/e"]));
  const root = linkTo(info(".", "dir"), [info("f"), info("e/g")]);
  const here = await planGet(root, ".", ".", { recursive: true });
  assertEquals(new Set(here.folders), new Set([".", "e"]));
  const plain = planGet(link, "a/d", "down", { recursive: false });
  assertEquals((await assertRejects(() => plain, FtError)).code, "usage");
});

pure("planGet refuses names that were not asked for (server-sends-traversal-name)", async () => {
  const bad = [
    ...["../x", "/etc/passwd", "d/../../x", "d/../d/x", "other/f", "d", "d/", "d//f", "./d/f"],
    ...["dd/f", "d/a\\b", "d/a\0b", "C:x", "", "."],
  ];
  for (const path of bad) {
    const link = linkTo(info("d", "dir"), [info("d/fine"), info(path)]);
    const planning = planGet(link, "d", "down", { recursive: true });
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
