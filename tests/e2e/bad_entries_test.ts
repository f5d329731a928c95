/**
 * One bad entry of a tree is named, and the rest arrives: 23.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { boundByModes, needsFileModes } from "../../testing/programs/file_modes.ts";
import type { Finished } from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";

const MODES = await needsFileModes();

/** A tree with a folder that cannot be read, one whose files cannot be looked at, and a file. */
async function makeTree(top: string): Promise<AsyncDisposable> {
  for (const dir of ["good/deep", "locked", "listed", "z"]) {
    await Deno.mkdir(`${top}/${dir}`, { recursive: true });
    await Deno.writeTextFile(`${top}/${dir}/a`, dir);
  }
  await Deno.writeTextFile(`${top}/secret`, "secret");
  const bad: [string, number][] = [["locked", 0], ["listed", 0o444], ["secret", 0]];
  for (const [name, mode] of bad) await Deno.chmod(`${top}/${name}`, mode);
  return {
    async [Symbol.asyncDispose]() {
      for (const [name] of bad) await Deno.chmod(`${top}/${name}`, 0o700).catch(() => {});
    },
  };
}

async function start(): Promise<System> {
  const system = await System.start();
  const { server } = system.programs;
  await system.restart(undefined, { program: boundByModes(server) });
  return system;
}

/** Runs a client that has to respect file modes. */
function client(system: System, ...args: string[]): Promise<Finished> {
  return system.client(args, { program: boundByModes(system.programs.client) });
}

/** Each of these names is in exactly one line of the errors. */
function assertNamed({ stderr }: Finished, names: readonly string[]): void {
  const errors = stderr.split("\n").filter((line) => line.startsWith("ftclient: "));
  for (const name of names) {
    const lines = errors.filter((line) => line.split(/[ :]/).includes(name));
    assertEquals(lines.length, 1, `${name}: ${stderr}`);
  }
  assertEquals(errors.length, names.length, stderr);
}

const REST = ["t/good/deep/a", "t/z/a"];

Deno.test(
  "unreadable on the server: get -r and ls -R name each bad entry, the rest arrives",
  MODES,
  async () => {
    await using system = await start();
    await using _tree = await makeTree(system.served("t"));
    const get = await client(system, "get", "-r", "t");
    assertEquals(get.code, 23, get.stderr);
    assertNamed(get, ["t/locked", "t/listed/a", "t/secret"]);
    for (const name of REST) assertEquals((await Deno.stat(system.at(name))).isFile, true, name);
    const ls = await client(system, "ls", "-R");
    assertEquals(ls.code, 23, ls.stderr);
    assertNamed(ls, ["t/locked", "t/listed/a"]);
    for (const name of REST) assertMatch(ls.stdout, new RegExp(`^${name}$`, "m"));
    const alone = await client(system, "ls", "t/locked");
    assertEquals(alone.code, 4, alone.stderr);
    const listed = await client(system, "ls", "t/listed");
    assertEquals(listed.code, 23, listed.stderr);
    const one = await client(system, "get", "t/secret");
    assertEquals(one.code, 4, one.stderr);
    const two = await client(system, "get", "t/secret", "t/z/a", "--overwrite", "-d", "two");
    assertEquals(two.code, 23, two.stderr);
    assertEquals(await Deno.readTextFile(system.at("two/a")), "z");
    const sums = await client(system, "sum", "t/secret", "t/z/a");
    assertEquals([sums.code, sums.stdout.trim().split("  ")[1]], [23, "t/z/a"], sums.stderr);
  },
);

Deno.test(
  "unreadable on the server: rm -r removes the rest, mv moves the tree",
  MODES,
  async () => {
    await using system = await start();
    await using _tree = await makeTree(system.served("t"));
    const mv = await client(system, "mv", "t", "u");
    assertEquals(mv.code, 0, mv.stderr);
    await Deno.rename(system.served("u"), system.served("t"));
    await Deno.chmod(system.served("t/good/deep"), 0o555);
    const rm = await client(system, "rm", "-r", "t");
    assertEquals(rm.code, 23, rm.stderr);
    assertNamed(rm, ["t", "t/locked", "t/listed/a", "t/good/deep/a"]);
    const left = [...Deno.readDirSync(system.served("t"))].map(({ name }) => name).sort();
    assertEquals(left, ["good", "listed", "locked"]);
    await Deno.chmod(system.served("t/good/deep"), 0o755);
  },
);

Deno.test(
  "unreadable on this machine: put -r names each bad entry, the rest arrives",
  MODES,
  async () => {
    await using system = await start();
    await using _tree = await makeTree(system.at("t"));
    const put = await client(system, "put", "-r", "t");
    assertEquals(put.code, 23, put.stderr);
    assertNamed(put, ["t/locked", "t/listed/a", "t/secret"]);
    for (const name of REST) {
      assertEquals(
        (await Deno.stat(system.served(name))).isFile,
        true,
        name,
      );
    }
    const two = await client(system, "put", "t/secret", "t/z/a", "--to", "two");
    assertEquals(two.code, 23, two.stderr);
    assertEquals(await Deno.readTextFile(system.served("two/a")), "z");
  },
);

/** A tree to send or fetch, and a target where a file or a closed folder is in its way. */
async function makeTarget(from: string, to: string): Promise<AsyncDisposable> {
  for (const dir of ["in-the-way", "closed/deep", "shut", "z"]) {
    await Deno.mkdir(`${from}/t/${dir}`, { recursive: true });
    for (const name of ["a", "b"]) await Deno.writeTextFile(`${from}/t/${dir}/${name}`, dir);
  }
  await Deno.mkdir(`${to}/t/closed`, { recursive: true });
  await Deno.mkdir(`${to}/t/shut`);
  await Deno.writeTextFile(`${to}/t/in-the-way`, "a file");
  await Deno.chmod(`${to}/t/closed`, 0o555);
  await Deno.chmod(`${to}/t/shut`, 0);
  return {
    async [Symbol.asyncDispose]() {
      for (const name of ["closed", "shut"]) await Deno.chmod(`${to}/t/${name}`, 0o700);
    },
  };
}

for (const dryRun of [false, true]) {
  const how = dryRun ? " with -n" : "";

  Deno.test(
    `a target that cannot be written: get -r${how} names it, the rest arrives`,
    MODES,
    async () => {
      await using system = await start();
      await using _target = await makeTarget(system.served("."), system.at("."));
      const got = await client(system, "get", "-r", "t", ...dryRun ? ["-n"] : []);
      if (dryRun) {
        assertEquals(got.code, 23, got.stderr);
        assertMatch(got.stdout, /t\/z\/a/);
        return;
      }
      assertEquals(got.code, 23, got.stderr);
      assertNamed(got, ["t/in-the-way", "t/closed/deep", "t/shut/a", "t/shut/b"]);
      assertEquals(await Deno.readTextFile(system.at("t/z/b")), "z");
      assertEquals(await Deno.readTextFile(system.at("t/in-the-way")), "a file");
    },
  );

  Deno.test(
    `a target that cannot be written: put -r${how} names it, the rest arrives`,
    MODES,
    async () => {
      await using system = await start();
      await using _target = await makeTarget(system.at("."), system.served("."));
      const put = await client(system, "put", "-r", "t", ...dryRun ? ["-n"] : []);
      if (dryRun) {
        assertEquals(put.code, 23, put.stderr);
        assertMatch(put.stdout, /t\/z\/a/);
        return;
      }
      assertEquals(put.code, 23, put.stderr);
      assertEquals(await Deno.readTextFile(system.served("t/z/b")), "z");
      assertEquals(await Deno.readTextFile(system.served("t/in-the-way")), "a file");
      // A user may have permission for a file and not for its folder, so each file is tried.
      const shut = ["t/shut/a", "t/shut/b"];
      assertNamed(put, ["t/in-the-way", "t/closed/deep/a", "t/closed/deep/b", ...shut]);
    },
  );
}

Deno.test("a file in place of the folder of -d is named once, with 7", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.served("t/d"), { recursive: true });
  for (const name of ["t/a", "t/d/b"]) await Deno.writeTextFile(system.served(name), name);
  await Deno.writeTextFile(system.at("file"), "a file");
  const got = await system.client(["get", "-r", "t", "-d", "file"]);
  assertEquals(got.code, 7, got.stderr);
  assertNamed(got, ["file"]);
});

Deno.test("an empty folder that a legacy dialect cannot carry is named, and the files arrive", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.at("t/empty"), { recursive: true });
  await Deno.mkdir(system.at("t/d"));
  await Deno.writeTextFile(system.at("t/d/a"), "text");
  for (const dialect of ["updown", "json"]) {
    const host = ["-H", system.url.replace("ft:", `ft+${dialect}:`)];
    const put = await system.client(["put", "-r", "t", "--to", dialect, ...host]);
    assertEquals(put.code, 23, put.stderr);
    assertNamed(put, [`${dialect}/t/empty`]);
    assertEquals(await Deno.readTextFile(system.served(`${dialect}/t/d/a`)), "text");
    const mkdir = await system.client(["mkdir", "d", ...host]);
    assertEquals(mkdir.code, 11, mkdir.stderr);
  }
});

Deno.test("a file that the json dialect cannot carry is named, and the others arrive", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.at("t"));
  for (const place of [system.at("t"), system.served(".")]) {
    for (const name of ["a", "c"]) await Deno.writeTextFile(`${place}/${name}`, name);
    await Deno.writeFile(`${place}/b`, new Uint8Array([0xff, 0xfe, 0]));
  }
  const host = ["-H", system.url.replace("ft:", "ft+json:")];
  const got = await system.client(["get", "a", "b", "c", "-d", "got", ...host]);
  assertEquals(got.code, 23, got.stderr);
  for (const name of ["a", "c"]) {
    assertEquals(await Deno.readTextFile(system.at(`got/${name}`)), name);
  }
  const put = await system.client(["put", "-r", "t", ...host]);
  assertEquals(put.code, 23, put.stderr);
  assertNamed(put, ["t/b"]);
  for (const name of ["a", "c"]) {
    assertEquals(await Deno.readTextFile(system.served(`t/${name}`)), name);
  }
  const alone = await system.client(["get", "b", ...host]);
  assertEquals(alone.code, 11, alone.stderr);
});
