import { assertEquals, assertMatch } from "@std/assert";
import { System } from "../../testing/programs/system.ts";

const MIB = 1024 * 1024;

/** Times around the edges of 32 bits and of 1970, to the millisecond. */
const TIMES = [
  "1902-01-02T03:04:05.678Z",
  "1969-12-31T23:59:59.999Z",
  "1970-01-01T00:00:00.000Z",
  "2038-01-19T03:14:08.001Z",
  "2106-02-07T06:28:16.500Z",
  "2400-05-06T07:08:09.010Z",
];

function setTime(path: string, time: string): void {
  Deno.utimeSync(path, new Date(), new Date(time));
}

function timeOf(path: string): string {
  return Deno.statSync(path).mtime!.toISOString();
}

Deno.test("mtime-before-1970: files of any time and size go both ways with it, singly and in trees", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.at("t"));
  for (const [i, time] of TIMES.entries()) {
    for (const [kind, bytes] of [["small", 10], ["large", MIB + 1]] as const) {
      await Deno.writeFile(system.at(`t/${kind}${i}`), new Uint8Array(bytes).fill(i));
      setTime(system.at(`t/${kind}${i}`), time);
    }
  }
  const check = async (run: string[], where: (name: string) => string) => {
    const { code, stderr } = await system.client(run);
    assertEquals([code, stderr.includes("cannot store")], [0, false], stderr);
    for (const [i, time] of TIMES.entries()) {
      for (const kind of ["small", "large"]) {
        assertEquals(timeOf(where(`t/${kind}${i}`)), time, `${run} ${kind}`);
      }
    }
  };
  await check(["put", "-r", "t"], (name) => system.served(name));
  await check(["get", "-r", "t", "-d", "back"], (name) => system.at(`back/${name}`));
  // Equal content: nothing moves, and the times stay.
  await check(["put", "-r", "t"], (name) => system.served(name));
  await check(["get", "-r", "t", "-d", "back"], (name) => system.at(`back/${name}`));
  for (const kind of ["small", "large"]) {
    for (const i of TIMES.keys()) setTime(system.at(`back/t/${kind}${i}`), "2020-01-01");
  }
  await check(["get", "-r", "t", "-d", "back"], (name) => system.at(`back/${name}`));
  const ls = await system.client(["ls", "t", "--json"]);
  assertMatch(ls.stdout, /"name":"large0".*"mtime":"1902-01-02T03:04:05.678Z"/);
  for (const name of ["small0", "large0", "large1"]) {
    const sum = await system.client(["sum", `t/${name}`]);
    assertEquals(sum.code, 0, sum.stderr);
    const piped = await system.client(["get", `t/${name}`, "-o", "-"]);
    assertEquals(piped.code, 0, piped.stderr);
  }
});

Deno.test("mtime-before-1970: the legacy dialects serve such a file, too", async () => {
  await using system = await System.start();
  await Deno.writeFile(system.served("early"), new Uint8Array(MIB + 1).fill(7));
  setTime(system.served("early"), TIMES[0]!);
  for (const dialect of ["line", "framed", "oneshot", "updown"]) {
    const host = system.url.replace("ft://", `ft+${dialect}://`);
    const get = await system.client(["get", "early", "-o", dialect, "--host", host]);
    assertEquals(get.code, 0, `${dialect}: ${get.stderr}`);
    assertEquals((await Deno.stat(system.at(dialect))).size, MIB + 1);
  }
});
