import { assertEquals, assertMatch } from "@std/assert";
import { System } from "../../testing/programs/system.ts";

/** Runs a shell command in a folder. */
async function shell(cwd: string, command: string): Promise<void> {
  const { success } = await new Deno.Command("bash", { args: ["-c", command], cwd }).output();
  assertEquals(success, true, command);
}

/** Everything that cannot be carried: a link, a pipe, a name that is not UTF-8, a deep tree. */
const ODD = String.raw`mkdir -p t && cd t && echo ok > fine && ln -s /etc/passwd link &&
  mkfifo pipe && touch $'n\xffn' && mkdir -p $(printf 'd/%.0s' {1..130})`;

const NAMED = [
  /left out: t\/link \(it is a link\)/,
  /left out: t\/pipe \(it is neither a file nor a folder\)/,
  /left out: t\/n\ufffdn \(its name is not UTF-8\)/,
];
const DEEP = /left out: t\/d\/[d/]+ \(it is deeper than 128 names\)/;

/** Each reason occurs in exactly one line. */
function assertNamed(text: string, named: readonly RegExp[]): void {
  for (const reason of named) {
    assertEquals(
      text.split("\n").filter((line) => reason.test(line)).length,
      1,
      `${reason} ${text}`,
    );
  }
}

Deno.test("left-out-is-named: get -r, ls -R, ls and rm -r name what they cannot carry, exit 23", async () => {
  await using system = await System.start();
  await shell(system.served("."), ODD);
  const get = await system.client(["get", "-r", "t"]);
  assertEquals(get.code, 23, get.stderr);
  assertNamed(get.stderr, [...NAMED, DEEP]);
  assertEquals(await Deno.readTextFile(system.at("t/fine")), "ok\n");
  const all = await system.client(["ls", "-R"]);
  assertEquals(all.code, 23, all.stderr);
  assertNamed(all.stderr, [...NAMED, DEEP]);
  assertMatch(all.stdout, /^t\/fine$/m);
  const flat = await system.client(["ls", "t"]);
  assertEquals(flat.code, 23, flat.stderr);
  assertNamed(flat.stderr, NAMED);
  const removed = await system.client(["rm", "-r", "t"]);
  assertEquals(removed.code, 23, removed.stderr);
  assertNamed(removed.stderr, [...NAMED, DEEP, /not removed completely: t$/]);
  const left = [...Deno.readDirSync(system.served("t"))].map(({ name }) => name).sort();
  assertEquals(left, ["d", "link", "n\ufffdn", "pipe"]);
  const json = await system.client(["ls", "t", "--json"]);
  assertEquals(json.code, 23);
  assertMatch(
    json.stdout,
    /^\{"error":"not_allowed","message":"left out: t\/link [^"]*","name":"t\/link"\}$/m,
  );
});

Deno.test("left-out-is-named: a tree of nothing but a link is 23, and an excluded link is not named", async () => {
  await using system = await System.start();
  await shell(system.served("."), "mkdir only; ln -s x only/link");
  assertEquals((await system.client(["get", "-r", "only"])).code, 23);
  const none = await system.client(["get", "-r", "only", "--exclude", "link"]);
  assertEquals([none.code, none.stderr.includes("left out")], [0, false], none.stderr);
});

Deno.test("left-out-is-named: put -r names what it cannot carry, exit 23", async () => {
  await using system = await System.start();
  await shell(system.at("."), ODD);
  const put = await system.client(["put", "-r", "t"]);
  assertEquals(put.code, 23, put.stderr);
  assertNamed(put.stderr, NAMED);
  assertMatch(put.stderr, /deeper than 128 names/);
  assertEquals(await Deno.readTextFile(system.served("t/fine")), "ok\n");
});

Deno.test("names with backslashes, newlines and escapes travel both ways, and are escaped when printed", async () => {
  await using system = await System.start();
  const names = ["a\\b", "n\nl", "e\x1b[2Jx", "tab\tx", "\x7f"];
  await Deno.mkdir(system.at("t/sub\\dir"), { recursive: true });
  for (const name of names) {
    await Deno.writeTextFile(system.at(`t/${name}`), name);
    await Deno.writeTextFile(system.at(`t/sub\\dir/${name}`), name);
  }
  const put = await system.client(["put", "-r", "t"]);
  assertEquals(put.code, 0, put.stderr);
  const ls = await system.client(["ls", "-R"]);
  assertEquals(ls.code, 0, ls.stderr);
  assertMatch(ls.stdout, /^t\/n\\nl$/m);
  assertMatch(ls.stdout, /^t\/e\\x1b\[2Jx$/m);
  const get = await system.client(["get", "-r", "t", "-d", "back"]);
  assertEquals(get.code, 0, get.stderr);
  for (const name of names) {
    assertEquals(await Deno.readTextFile(system.served(`t/${name}`)), name);
    assertEquals(await Deno.readTextFile(system.at(`back/t/sub\\dir/${name}`)), name);
  }
  const moved = await system.client(["mv", "t/a\\b", "t/c\\d"]);
  assertEquals(moved.code, 0, moved.stderr);
  const sum = await system.client(["sum", "t/n\nl"]);
  assertMatch(sum.stdout, /^\\[0-9a-f]{64} {2}t\/n\\nl\n$/);
  assertEquals((await system.client(["rm", "-r", "t"])).code, 0);
});
