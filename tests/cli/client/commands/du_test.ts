import { assertEquals, assertRejects } from "@std/assert";
import { FtError, notFound } from "../../../../lib/base/errors.ts";
import { runDu } from "../../../../lib/cli/client/commands/du.ts";
import type { FileInfo, Files } from "../../../../lib/service/files.ts";
import { fakeContext, fileInfo, folderOf, linesOf } from "../../../../testing/cli/fake_context.ts";
import { pure } from "../../../../testing/pure.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";

const file = (path: string, bytes: number) => fileInfo(path, { bytes });
const dir = (path: string) => fileInfo(path, { type: "dir", bytes: 0 });

const lines = (typed: readonly string[], files: Partial<Files>) => linesOf(runDu, typed, files);

/** `d!` sorts between `d` and `d/…` as text, and is not below `d`. */
const TREE = folderOf(
  dir("a"),
  dir("a/b"),
  file("a/b/1", 1000),
  file("a/c", 24),
  dir("d"),
  dir("d!"),
  file("d!/2", 512),
  file("e", 1),
);

pure("du adds up each folder with everything below it, the inner ones first", async () => {
  assertEquals(await lines(["du"], TREE), [
    "     1000 B  a/b",
    "    1.0 KiB  a",
    "        0 B  d",
    "      512 B  d!",
    "    1.5 KiB  .",
  ]);
});

pure("du --json prints raw bytes and the number of files", async () => {
  const below = folderOf(dir("a/b"), file("a/b/1", 1000), file("a/c", 24));
  assertEquals(await lines(["du", "./a/", "--json"], below), [
    '{"name":"a/b","bytes":1000,"files":1}',
    '{"name":"a","bytes":1024,"files":2}',
  ]);
});

pure(
  "du of a file is its size, of an empty folder 0, and of a missing name not_found",
  async () => {
    // deno-lint-ignore require-yield
    const list = async function* (): AsyncIterable<FileInfo> {
      throw notFound("a");
    };
    const stat = () => Promise.resolve(file("a", 7));
    assertEquals(await lines(["du", "a"], { list, stat }), ["        7 B  a"]);
    assertEquals(await lines(["du"], folderOf()), ["        0 B  ."]);
    const missing = fakeContext(["du", "a"], { list, stat: () => Promise.reject(notFound("a")) });
    await assertRejects(() => runDu(missing), FtError, "not found");
  },
);

pure("du prints a folder before the next one arrives", async () => {
  const context: ReturnType<typeof fakeContext> = fakeContext(["du"], {
    async *list() {
      yield dir("a");
      yield dir("b");
      context.out.flush();
      assertEquals(context.stdout.lines, ["        0 B  a"]);
    },
  });
  await runDu(context);
  context.out.flush();
  assertEquals(context.stdout.lines.length, 3);
});

Deno.test("du over a connection adds up what is served", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/a/b/1`, "four");
  await Deno.writeTextFile(`${server.root}/a/2`, "four");
  const context = { ...fakeContext(["du", "a"]), connect: () => server.connect() };
  assertEquals(await soon(runDu(context)), 0);
  context.out.flush();
  assertEquals(context.stdout.lines, ["        4 B  a/b", "        8 B  a"]);
});
