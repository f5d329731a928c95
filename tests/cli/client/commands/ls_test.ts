import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { MAX_LISTED_CHARS } from "../../../../lib/base/limits.ts";
import { runLs } from "../../../../lib/cli/client/commands/ls.ts";
import type { Files } from "../../../../lib/service/files.ts";
import { fakeContext, fileInfo, folderOf, linesOf } from "../../../../testing/cli/fake_context.ts";
import { pure } from "../../../../testing/pure.ts";

const lines = (typed: readonly string[], files: Partial<Files>) => linesOf(runLs, typed, files);

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

pure("ls -l shows who holds a lock, and so does --json", async () => {
  const lock = { holder: "ana\x1b", leftMs: 61_000 };
  const folder = folderOf(fileInfo("a", { lock }), fileInfo("b"));
  const [held = "", free = ""] = await lines(["ls", "-l"], folder);
  assertEquals(held.endsWith("a  locked by ana\\x1b, 1:01 left"), true, held);
  assertEquals(free.endsWith("  b"), true, free);
  assertEquals(await lines(["ls"], folder), ["a", "b"]);
  const [json = ""] = await lines(["ls", "--json"], folder);
  assertEquals(JSON.parse(json).lock, { holder: "ana\x1b", leftSeconds: 61 });
});

pure("ls prints the first entry before the last one arrives, unless it sorts", async () => {
  for (const [order, shown] of [["name", "a\n"], ["size", ""]] as const) {
    const context: ReturnType<typeof fakeContext> = fakeContext(["ls", "--sort", order], {
      async *list() {
        yield fileInfo("a");
        context.out.flush();
        assertEquals(context.stdout.text, shown);
        yield fileInfo("b");
      },
    });
    await runLs(context);
    context.out.flush();
    assertEquals(context.stdout.lines, ["a", "b"]);
  }
});

/** `a!` sorts between `a` and `a/…` as text, and is not below `a`. */
const DEEP = folderOf(
  fileInfo("d/a", { type: "dir", bytes: 0 }),
  fileInfo("d/a/b", { type: "dir", bytes: 0 }),
  fileInfo("d/a/b/1", { bytes: 1 }),
  fileInfo("d/a/c", { bytes: 2 }),
  fileInfo("d/a/e", { bytes: 3 }),
  fileInfo("d/a!", { bytes: 4 }),
  fileInfo("d/z", { type: "dir", bytes: 0 }),
  fileInfo("d/z/1", { bytes: 1 }),
);

pure("ls --tree draws everything below the folder, and sorts inside each folder", async () => {
  assertEquals(await lines(["ls", "./d/", "--tree"], DEEP), [
    "d",
    "├── a/",
    "│   ├── b/",
    "│   │   └── 1",
    "│   ├── c",
    "│   └── e",
    "├── a!",
    "└── z/",
    "    └── 1",
  ]);
  assertEquals(await lines(["ls", "d", "--tree", "--sort", "size"], DEEP), [
    "d",
    "├── a!",
    "├── a/",
    "│   ├── e",
    "│   ├── c",
    "│   └── b/",
    "│       └── 1",
    "└── z/",
    "    └── 1",
  ]);
});

pure("ls --tree lists recursively; with --json it prints what ls -R prints", async () => {
  const asked: (boolean | undefined)[] = [];
  const files: Partial<Files> = {
    list(path, options) {
      asked.push(options?.recursive);
      return DEEP.list!(path, options);
    },
  };
  const tree = await lines(["ls", "d", "--tree", "--json"], files);
  assertEquals(tree, await lines(["ls", "d", "-R", "--json"], files));
  assertEquals(asked, [true, true]);
});

pure(
  "ls --tree of a file is its line, of an empty folder the folder, and -l adds details",
  async () => {
    assertEquals(await lines(["ls", "./a", "--tree"], folderOf(fileInfo("a"))), ["a"]);
    assertEquals(await lines(["ls", "--tree"], folderOf()), ["."]);
    const [top, row = ""] = await lines(["ls", "--tree", "-l"], folderOf(fileInfo("a")));
    assertEquals(top, ".");
    assertMatch(row, /^ +1\.5 KiB {2}2026-0\d-\d\d \d\d:\d\d {2}└── a$/);
  },
);

pure("ls --tree shows entries whose folder is not listed with their whole path", async () => {
  const files = folderOf(fileInfo("a/b/1"), fileInfo("c", { type: "dir" }), fileInfo("a/2"));
  assertEquals(await lines(["ls", "--tree"], files), [".", "├── a/b/1", "├── c/", "└── a/2"]);
});

pure(
  "ls --sort and --tree collect no more than the limit of names of a hostile server",
  async () => {
    const name = "x".repeat(MAX_LISTED_CHARS / 64);
    for (const flags of [["--sort", "size"], ["--tree"]]) {
      let listed = 0;
      const context = fakeContext(["ls", ...flags], {
        async *list() {
          for (; listed < 1000; listed++) yield fileInfo(name);
        },
      });
      const error = await assertRejects(() => runLs(context), FtError, "too many names");
      assertEquals([error.exitCode, listed], [8, 64]);
    }
  },
);
