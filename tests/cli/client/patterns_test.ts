/**
 * Patterns in names on the server, in every command that takes such names.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { observe } from "../../../testing/cli/flag_walk.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

const NAMES = ["a.jpg", "b.jpg", "c.txt", "d/a.jpg", "d/e/f.jpg", "x*.jpg", "xy.jpg"];

async function scene(): Promise<TestServer & { work: string }> {
  const server = await testServer();
  const work = server.dir.join("work");
  await Deno.mkdir(work);
  await Deno.mkdir(`${server.root}/d/e`, { recursive: true });
  for (const name of NAMES) await Deno.writeTextFile(`${server.root}/${name}`, `of ${name}`);
  return { ...server, work };
}

async function run(server: TestServer, args: readonly string[], scheme = "ft") {
  const FTCLIENT_HOST = server.url.replace("ft:", `${scheme}:`);
  const env = {
    FTCLIENT_HOST,
    FTCLIENT_RETRIES: "0",
    XDG_STATE_HOME: server.dir.path,
    EDITOR: "true",
  };
  const { code, stdout, stderr } = await observe(args, { env, dirs: [] });
  return { code, lines: stdout.split("\n").filter((line) => line !== ""), stderr };
}

/** The names in a folder and below. */
function names(dir: string, prefix = ""): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    name.startsWith(".ftserver")
      ? []
      : isDirectory
      ? names(`${dir}/${name}`, `${prefix}${name}/`)
      : [`${prefix}${name}`]
  ).sort();
}

Deno.test("get downloads what a pattern matches; a name that exists as typed wins", async () => {
  await using server = await scene();
  const { work } = server;
  assertEquals((await run(server, ["get", "?.jpg", "-d", work])).code, 0);
  assertEquals(names(work), ["a.jpg", "b.jpg"]);
  assertEquals((await run(server, ["get", "x*.jpg", "-d", work])).code, 0);
  assertEquals(names(work), ["a.jpg", "b.jpg", "x*.jpg"]);
  const dry = await run(server, ["get", "{b,xy}.jpg", "-n", "-d", work]);
  assertEquals([dry.code, dry.lines.map((line) => line.split(" ")[2])], [0, ["b.jpg", "xy.jpg"]]);
  assertEquals((await run(server, ["get", "-r", "d*", "-d", work])).code, 0);
  assertEquals(names(`${work}/d`), ["a.jpg", "e/f.jpg"]);
  const out = await run(server, ["get", "c.*", "-o", "-"]);
  assertEquals([out.code, out.lines], [0, ["of c.txt"]]);
  const several = await run(server, ["get", "?.jpg", "-o", `${work}/one`]);
  assertEquals(several.code, 2, several.stderr);
});

Deno.test("ls, stat and sum show what a pattern matches", async () => {
  await using server = await scene();
  const ls = (...args: string[]) => run(server, ["ls", ...args]).then(({ lines }) => lines);
  assertEquals(await ls("?.jpg"), ["a.jpg", "b.jpg"]);
  assertEquals(await ls("d*"), ["d/"]);
  assertEquals(await ls("d/*"), ["d/a.jpg", "d/e/"]);
  assertEquals(await ls("d*", "-R"), ["d/", "d/a.jpg", "d/e/", "d/e/f.jpg"]);
  assertEquals(
    await ls("**/*.jpg", "--json").then((lines) => lines.map((l) => JSON.parse(l).name)),
    [
      ...NAMES.filter((name) => name.endsWith(".jpg")),
    ],
  );
  assertEquals(await ls("d*", "--tree"), [
    "d*",
    "└── d/",
    "    ├── a.jpg",
    "    └── e/",
    "        └── f.jpg",
  ]);
  const du = await run(server, ["du", "[d]", "--json"]);
  assertEquals(du.lines.map((line) => JSON.parse(line).name), ["d/e", "d", "[d]"]);
  const stat = await run(server, ["stat", "?.jpg", "--json"]);
  assertEquals(stat.lines.map((line) => JSON.parse(line).name), ["a.jpg", "b.jpg"]);
  const sum = await run(server, ["sum", "d/**"]);
  assertEquals(sum.lines.map((line) => line.slice(66)), ["d/a.jpg", "d/e/f.jpg"]);
});

Deno.test("rm and mv change what a pattern matches, and list it with -n", async () => {
  await using server = await scene();
  const dry = await run(server, ["rm", "d/**", "-n"]);
  assertEquals(dry.lines, ["would remove d/a.jpg", "would remove d/e/f.jpg"]);
  const missing = await run(server, ["rm", "nope", "-n"]);
  assertEquals([missing.code, missing.stderr], [3, "ftclient: not found: nope\n"]);
  assertEquals(names(server.root), [...NAMES].sort());
  assertEquals((await run(server, ["rm", "d/**"])).code, 0);
  assertEquals((await run(server, ["rm", "x*.jpg"])).code, 0);
  assertEquals(names(server.root), ["a.jpg", "b.jpg", "c.txt", "xy.jpg"]);
  const toFile = await run(server, ["mv", "?.jpg", "new"]);
  assertEquals(toFile.code, 2, toFile.stderr);
  const would = await run(server, ["mv", "?.jpg", "d", "-n"]);
  assertEquals(would.lines, ["would move a.jpg -> d/a.jpg", "would move b.jpg -> d/b.jpg"]);
  assertEquals((await run(server, ["mv", "?.jpg", "d"])).code, 0);
  assertEquals((await run(server, ["mv", "c.*", "renamed"])).code, 0);
  assertEquals(names(server.root), ["d/a.jpg", "d/b.jpg", "renamed", "xy.jpg"]);
  assertEquals((await run(server, ["rm", "-r", "d", "x*"])).code, 0);
  assertEquals(names(server.root), ["renamed"]);
});

Deno.test("lock and unlock take what a pattern matches", async () => {
  await using server = await scene();
  for (const command of ["lock", "unlock"]) {
    const { code, stderr } = await run(server, [command, "?.jpg"]);
    assertEquals([code, stderr.match(/[ab]\.jpg/g)], [0, ["a.jpg", "b.jpg"]]);
  }
});

Deno.test("a pattern without a match exits with 3 and is named, in every command", async () => {
  await using server = await scene();
  for (const command of ["get", "ls", "du", "stat", "sum", "rm", "mv", "lock", "unlock", "edit"]) {
    const args = [command, "*.none", ...(command === "mv" ? ["to"] : [])];
    const { code, stderr } = await run(server, args);
    const expected = [3, "ftclient: not found: nothing matches *.none\n"];
    assertEquals([code, stderr], expected, command);
  }
  const some = await run(server, ["sum", "*.none", "a.*"]);
  assertEquals([some.code, some.lines.length], [23, 1]);
  assertMatch(some.stderr, /nothing matches \*\.none/);
});

Deno.test("over json a pattern matches listed names; other dialects look for the name as typed", async () => {
  await using server = await scene();
  const { work } = server;
  const json = await run(server, ["get", "?.jpg", "-d", work], "ft+json");
  assertEquals([json.code, names(work)], [0, ["a.jpg", "b.jpg"]], json.stderr);
  assertEquals((await run(server, ["ls", "?.jpg"], "ft+json")).lines, ["a.jpg", "b.jpg"]);
  assertEquals((await run(server, ["get", "*.none"], "ft+json")).code, 3);
  for (const dialect of ["json", "line", "framed", "oneshot", "updown"]) {
    const dir = `${work}/${dialect}`;
    const exact = await run(server, ["get", "x*.jpg", "-d", dir], `ft+${dialect}`);
    assertEquals([exact.code, names(dir)], [0, ["x*.jpg"]], `${dialect}: ${exact.stderr}`);
    if (dialect === "json") continue;
    const { code, stderr } = await run(server, ["get", "?.jpg", "-d", dir], `ft+${dialect}`);
    assertEquals(code, 3, `${dialect}: ${stderr}`);
  }
});
