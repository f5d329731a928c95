import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { MAX_LISTED_CHARS } from "../../../../lib/base/limits.ts";
import { runLs } from "../../../../lib/cli/client/commands/ls.ts";
import type { FileInfo, Files } from "../../../../lib/service/files.ts";
import { fakeContext, fileInfo } from "../../../../testing/cli/fake_context.ts";
import { pure } from "../../../../testing/pure.ts";

/** A folder whose listing is this. */
function folderOf(...infos: FileInfo[]): Partial<Files> {
  return {
    async *list() {
      yield* infos;
    },
  };
}

async function lines(typed: readonly string[], files: Partial<Files>): Promise<string[]> {
  const context = fakeContext(typed, files);
  assertEquals(await runLs(context), 0);
  context.out.flush();
  return [...context.stdout.lines];
}

const MIXED = folderOf(
  fileInfo("a", { bytes: 5, mtimeMs: 1 }),
  fileInfo("b", { bytes: 7, mtimeMs: 2 }),
  fileInfo("c", { bytes: 5, mtimeMs: 3 }),
  fileInfo("d", { type: "dir", bytes: 0, mtimeMs: 4 }),
);

pure(
  "ls --sort size lists the largest first, --sort time the newest, --sort name as served",
  async () => {
    assertEquals(await lines(["ls", "--sort", "size"], MIXED), ["b", "a", "c", "d/"]);
    assertEquals(await lines(["ls", "--sort", "time"], MIXED), ["d/", "c", "b", "a"]);
    assertEquals(await lines(["ls", "--sort", "name"], MIXED), ["a", "b", "c", "d/"]);
    const json = await lines(["ls", "--sort", "size", "--json"], MIXED);
    assertEquals(json.map((line) => JSON.parse(line).name), ["b", "a", "c", "d"]);
  },
);

pure("ls prints the first entry before the last one arrives, unless it sorts", async () => {
  for (const [order, shown] of [["name", ["a"]], ["size", []]] as const) {
    const context: ReturnType<typeof fakeContext> = fakeContext(["ls", "--sort", order], {
      async *list() {
        yield fileInfo("a");
        context.out.flush();
        assertEquals(context.stdout.lines, shown);
        yield fileInfo("b");
      },
    });
    await runLs(context);
  }
});

pure("ls --sort collects no more than the limit of names of a hostile server", async () => {
  const name = "x".repeat(MAX_LISTED_CHARS / 64);
  let listed = 0;
  const context = fakeContext(["ls", "--sort", "size"], {
    async *list() {
      for (; listed < 1000; listed++) yield fileInfo(name);
    },
  });
  const error = await assertRejects(() => runLs(context), FtError, "too many names");
  assertEquals([error.exitCode, listed], [8, 64]);
});
