import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError, notFound } from "../../../../lib/base/errors.ts";
import { runGet } from "../../../../lib/cli/client/commands/get.ts";
import { runLs } from "../../../../lib/cli/client/commands/ls.ts";
import { runMkdir } from "../../../../lib/cli/client/commands/mkdir.ts";
import { moveTarget, runMv } from "../../../../lib/cli/client/commands/mv.ts";
import { runPing } from "../../../../lib/cli/client/commands/ping.ts";
import { runPut } from "../../../../lib/cli/client/commands/put.ts";
import { runRm } from "../../../../lib/cli/client/commands/rm.ts";
import { runStat } from "../../../../lib/cli/client/commands/stat.ts";
import { runSum, sumLine } from "../../../../lib/cli/client/commands/sum.ts";
import type { FileInfo, Files } from "../../../../lib/service/files.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { soon } from "../../../../testing/with_timeout.ts";
import { fakeContext, fileInfo } from "../../../../testing/cli/fake_context.ts";

const permissions = "none";

async function* listing(...infos: FileInfo[]): AsyncIterable<FileInfo> {
  yield* infos;
}

const folder: Partial<Files> = {
  list: () => listing(fileInfo("sub/b.bin"), fileInfo("sub/c", { type: "dir", bytes: 0 })),
};

Deno.test({
  name: "ls prints names relative to the folder, one per line",
  permissions,
  async fn() {
    const context = fakeContext(["ls", "./sub/"], folder);
    assertEquals(await runLs(context), 0);
    context.out.flush();
    assertEquals(context.stdout.lines, ["b.bin", "c/"]);
  },
});

Deno.test({
  name: "ls --json prints name, type, bytes and mtime",
  permissions,
  async fn() {
    const context = fakeContext(["ls", "sub", "--json"], folder);
    await runLs(context);
    context.out.flush();
    assertEquals(context.stdout.lines, [
      '{"name":"b.bin","type":"file","bytes":1536,"mtime":"2026-01-31T12:00:00.000Z"}',
      '{"name":"c","type":"dir","bytes":0,"mtime":"2026-01-31T12:00:00.000Z"}',
    ]);
  },
});

Deno.test({
  name: "ls -l prints IEC sizes and times",
  permissions,
  async fn() {
    const context = fakeContext(["ls", "-l", "sub"], folder);
    await runLs(context);
    context.out.flush();
    assertMatch(context.stdout.lines[0]!, /^ +1\.5 KiB {2}2026-0\d-\d\d \d\d:\d\d {2}b\.bin$/);
    assertMatch(context.stdout.lines[1]!, /^ +- .* c\/$/);
  },
});

Deno.test({
  name: "ls of a file prints the file, and of a missing one throws not_found",
  permissions,
  async fn() {
    const notThere = notFound("a");
    // deno-lint-ignore require-yield
    const list = async function* (): AsyncIterable<FileInfo> {
      throw notThere;
    };
    const context = fakeContext(["ls", "a"], { list, stat: (p) => Promise.resolve(fileInfo(p)) });
    assertEquals(await runLs(context), 0);
    context.out.flush();
    assertEquals(context.stdout.lines, ["a"]);
    const stat = () => Promise.reject(notThere);
    await assertRejects(
      () => runLs(fakeContext(["ls", "a"], { list, stat })),
      FtError,
      "not found",
    );
  },
});

Deno.test({
  name: "stat prints details, with --json as an object",
  permissions,
  async fn() {
    const stat = (path: string) => Promise.resolve(fileInfo(path, { root: "ab" }));
    const text = fakeContext(["stat", "a"], { stat });
    await runStat(text);
    text.out.flush();
    assertEquals(text.stdout.lines[2], "size        1.5 KiB (1536 bytes)");
    const json = fakeContext(["stat", "a", "--json"], { stat });
    await runStat(json);
    json.out.flush();
    assertEquals(JSON.parse(json.stdout.text), {
      name: "a",
      type: "file",
      bytes: 1536,
      mtime: "2026-01-31T12:00:00.000Z",
      executable: false,
      root: "ab",
    });
  },
});

Deno.test({
  name: "sumLine escapes backslashes and line ends as coreutils does",
  permissions,
  fn() {
    assertEquals(sumLine("ab", "c d"), "ab  c d");
    assertEquals(sumLine("ab", "c\\d"), "\\ab  c\\\\d");
    assertEquals(sumLine("ab", "c\nd"), "\\ab  c\\nd");
  },
});

const sum: Files["sum"] = (path) =>
  path === "nope" ? Promise.reject(notFound(path)) : Promise.resolve("ab");

Deno.test({
  name: "sum of several names continues after an error, names it, and exits with 23",
  permissions,
  async fn() {
    const context = fakeContext(["sum", "a", "nope", "b"], { sum });
    assertEquals(await runSum(context), 23);
    context.out.flush();
    assertEquals(context.stdout.lines, ["ab  a", "ab  b"]);
    assertEquals(context.stderr.lines, ["ftclient: not found: nope"]);
    const error = await assertRejects(
      () => runSum(fakeContext(["sum", "nope"], { sum })),
      FtError,
    );
    assertEquals(error.exitCode, 3);
  },
});

Deno.test({
  name: "rm, mv and mkdir report on stderr, as an object with --json, and nothing with -q",
  permissions,
  async fn() {
    const calls: unknown[] = [];
    const note = (...call: unknown[]) => {
      calls.push(call);
      return Promise.resolve();
    };
    const files: Partial<Files> = {
      remove: (path, o) => note("remove", path, o?.recursive),
      move: (from, to) => note("move", from, to),
      mkdir: (path) => note("mkdir", path),
    };
    for (
      const [run, typed, text, object] of [
        [runRm, ["rm", "-r", "a"], "removed a", { op: "rm", name: "a" }],
        [runMv, ["mv", "a", "d/"], "moved a -> d/a", { op: "mv", name: "a", to: "d/a" }],
        [runMkdir, ["mkdir", "d"], "created d", { op: "mkdir", name: "d" }],
      ] as const
    ) {
      const plain = fakeContext(typed, files);
      assertEquals(await run(plain), 0);
      assertEquals([plain.stdout.text, plain.stderr.lines], ["", [text]]);
      const json = fakeContext([...typed, "--json"], files);
      await run(json);
      json.out.flush();
      assertEquals([JSON.parse(json.stdout.text), json.stderr.text], [object, ""]);
      const quiet = fakeContext([...typed, "-q"], files);
      await run(quiet);
      assertEquals([quiet.stdout.text, quiet.stderr.text], ["", ""]);
    }
    assertEquals(calls[0], ["remove", "a", true]);
    assertEquals(moveTarget("x/y/", "d/"), "d/y");
    assertEquals(moveTarget("x/y", "z"), "z");
    for (const root of [".", "/"]) assertEquals(moveTarget("x/y/", root), "y");
  },
});

Deno.test({
  name: "rm of a folder that is not empty exits with 2 and a hint at -r",
  permissions,
  async fn() {
    const files: Partial<Files> = {
      remove: (path) => Promise.reject(new FtError("conflict", `not empty: ${path}`)),
      stat: (path) => Promise.resolve(fileInfo(path, { type: "dir" })),
    };
    const error = await assertRejects(
      () => runRm(fakeContext(["rm", "d"], files)),
      FtError,
      "is a folder: d; add -r",
    );
    assertEquals(error.exitCode, 2);
  },
});

Deno.test({
  name: "ping prints the round-trip time in milliseconds",
  permissions,
  async fn() {
    const context = fakeContext(["ping", "--host", "h", "--json"]);
    assertEquals(await runPing(context), 0);
    context.out.flush();
    assertEquals(JSON.parse(context.stdout.text), {
      op: "ping",
      host: "h",
      dialect: "native",
      ms: 0.25,
    });
  },
});

Deno.test({
  name: "get and put refuse contradictory options with exit code 2",
  permissions,
  async fn() {
    for (
      const [run, typed] of [
        [runGet, ["get", "a", "b", "-o", "x"]],
        [runGet, ["get", "-r", "a", "-o", "x"]],
        [runGet, ["get", "a", "-o", "x", "-d", "y"]],
        [runGet, ["get", "a", "-o", "-", "--json"]],
        [runGet, ["get", "a", "-o", "-", "-n"]],
        [runGet, ["get", "a", "--overwrite", "--rename"]],
        [runPut, ["put", "-"]],
        [runPut, ["put", "-", "a", "--as", "b"]],
        [runPut, ["put", "-", "--as", "b", "-n"]],
        [runPut, ["put", "a", "b", "--as", "c"]],
        [runPut, ["put", "a", "--overwrite", "--rename"]],
      ] as const
    ) {
      const error = await assertRejects(() => run(fakeContext(typed)), FtError);
      assertEquals(error.exitCode, 2, typed.join(" "));
    }
  },
});

Deno.test("get and put accept -n with files, and get -o with -q", async () => {
  await using server = await testServer();
  await Deno.writeTextFile(`${server.root}/a`, "a");
  const open = () => server.connect();
  const local = server.dir.join("b");
  const get = { ...fakeContext(["get", "a", "-q", "-o", local]), open };
  assertEquals(await soon(runGet(get)), 0);
  assertEquals(await Deno.readTextFile(local), "a");
  const put = { ...fakeContext(["put", local, "-n"]), open };
  assertEquals(await soon(runPut(put)), 0);
  put.out.flush();
  assertEquals(put.stdout.lines, [`would put ${local} -> b (1 B)`]);
  await assertRejects(() => Deno.stat(`${server.root}/b`), Deno.errors.NotFound);
});

Deno.test("-n says for each file whether it would be moved, skipped as equal, or refused", async () => {
  await using server = await testServer();
  const { dir, root } = server;
  const open = () => server.connect();
  const work = dir.join("work");
  for (const [name, remote, local] of [["new", "n", ""], ["same", "s", "s"], ["other", "o", "x"]]) {
    for (const [folder, text] of [[`${root}/d`, remote], [`${work}/d`, local]] as const) {
      await Deno.mkdir(folder, { recursive: true });
      if (text !== "") await Deno.writeTextFile(`${folder}/${name}`, text!);
    }
  }
  const planned = async (run: typeof runGet, ...typed: string[]) => {
    const context = { ...fakeContext([...typed, "-r", "-n"]), open };
    assertEquals(await soon(run(context)), 0);
    context.out.flush();
    return context.stdout.lines.map((line) => /^would (\w+)/.exec(line)?.[1]).sort();
  };
  assertEquals(await planned(runGet, "get", "d", "-d", work), ["get", "refuse", "skip"]);
  const overwrite = await planned(runGet, "get", "d", "-d", work, "--overwrite");
  assertEquals(overwrite, ["get", "replace", "skip"]);
  await Deno.writeTextFile(`${work}/d/only here`, "h");
  assertEquals(await planned(runPut, "put", `${work}/d`), ["put", "refuse", "skip"]);
  assertEquals(await Deno.readTextFile(`${root}/d/other`), "o");
});

Deno.test("put of a missing file exits with 3, of a folder with 2 and a hint", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const missing = fakeContext(["put", `${dir}/nope`]);
    assertEquals(await runPut(missing), 3);
    assertEquals(missing.stderr.lines, [`ftclient: not found: ${dir}/nope`]);
    const folder = fakeContext(["put", dir]);
    assertEquals(await runPut(folder), 2);
    assertMatch(folder.stderr.text, /is a folder: .*; add -r/);
    const both = fakeContext(["put", dir, `${dir}/nope`]);
    assertEquals(await runPut(both), 23);
    assertEquals(both.stderr.lines.length, 3);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
