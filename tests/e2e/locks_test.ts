/**
 * `lock` and `unlock` between two clients.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Users } from "../../lib/auth/users.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";

Deno.test("lock prevents changes and unlocking by other clients", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a.txt"), "a");
  await Deno.writeTextFile(system.at("new.txt"), "new");
  const other = { env: { XDG_STATE_HOME: system.at("other") } };
  const lock = await system.client(["lock", "a.txt", "--ttl", "60", "--json"]);
  assertEquals(lock.code, 0, lock.stderr);
  const { holder, expires, ...facts } = JSON.parse(lock.stdout);
  assertEquals(facts, { op: "lock", name: "a.txt" });
  assert(Math.abs(Date.parse(expires) - Date.now() - 60_000) < 10_000, expires);
  const writes = [
    ["put", "new.txt", "--as", "a.txt", "--overwrite"],
    ["rm", "a.txt"],
    ["mv", "a.txt", "b"],
    ["lock", "a.txt"],
  ];
  for (const args of writes) {
    const { code, stderr } = await system.client(args, other);
    assertEquals(code, 7, `${args.join(" ")}: ${stderr}`);
    assertMatch(stderr, /locked by client-[0-9a-f]{32}: a\.txt\n$/);
  }
  assertEquals((await system.client(["get", "a.txt"], other)).code, 0, "reading is allowed");
  assertEquals((await system.client(["unlock", "a.txt"], other)).code, 4);
  const secret = await Deno.readTextFile(`${system.home}/ft/identity`);
  assert(!secret.includes(holder) && !holder.includes(secret.trim()));
  const mine = ["put", "new.txt", "--as", "a.txt", "--overwrite"];
  assertEquals((await system.client(mine)).code, 0, "the holder can write");
  assertEquals((await system.client(["lock", "a.txt"])).code, 0, "the holder can renew");
  assertEquals((await system.client(["unlock", "a.txt"])).code, 0);
  assertEquals((await system.client(["rm", "a.txt"], other)).code, 0);
});

Deno.test("no-prompt-without-terminal: edit exits with 4 and locks nothing", async () => {
  await using system = await System.start();
  await Deno.writeTextFile(system.served("a.txt"), "a");
  const { code, stdout, stderr } = await system.client(["edit", "a.txt"], { stdin: "\n" });
  assertEquals([code, stdout], [4, ""]);
  assertMatch(stderr, /^ftclient: edit may not start an editor and has no terminal.*\n$/);
  const other = { env: { XDG_STATE_HOME: system.at("other") } };
  assertEquals((await system.client(["rm", "a.txt"], other)).code, 0);
});

Deno.test("a lock on a folder covers everything in it until it is released", async () => {
  await using system = await System.start();
  await Deno.mkdir(system.served("d"));
  await Deno.writeTextFile(system.at("new.txt"), "new");
  const other = { env: { XDG_STATE_HOME: system.at("other") } };
  assertEquals((await system.client(["lock", "d", "--ttl", "60"])).code, 0);
  const put = ["put", "new.txt", "--to", "d/e"];
  assertEquals((await system.client(put, other)).code, 7);
  assertEquals((await system.client(["unlock", "d"])).code, 0);
  assertEquals((await system.client(put, other)).code, 0);
  assertEquals(await Deno.readTextFile(system.served("d/e/new.txt")), "new");
});

Deno.test("ftserver locks lists locks, and only an admin ends one with unlock --force", async () => {
  await using system = await System.start();
  const users: [string, "admin" | "write"][] = [["ada", "admin"], ["bo", "write"]];
  using database = openAuthDatabase(system.state);
  for (const [name, role] of users) await new Users(database).add(name, role, "right horse");
  await Deno.writeTextFile(system.at("password"), "right horse\n", { mode: 0o600 });
  const as = (user: string) => ["--user", user, "--password-file", system.at("password")];
  const env = { XDG_STATE_HOME: system.home, XDG_CONFIG_HOME: system.home };
  const listed = (...args: string[]) =>
    runProgram(system.programs.server, ["locks", "--state", system.state, ...args], env);
  assertEquals((await listed()).stdout, "");
  assertEquals((await system.client(["lock", "d", "--ttl", "600"])).code, 0);
  assertMatch((await listed()).stdout, /^d {2}client-[0-9a-f]+ {2}(10:00|9:\d\d) left\n$/);
  const { leftMs, ...lock } = JSON.parse((await listed("--json")).stdout);
  assert(leftMs > 0 && leftMs <= 600_000, String(leftMs));
  assertEquals([lock.path, Object.keys(lock)], ["d", ["path", "holder"]]);
  const bo = await system.client(["unlock", "d", "--force", ...as("bo")]);
  assertEquals(bo.code, 4, bo.stderr);
  assertEquals((await system.client(["unlock", "d", ...as("ada")])).code, 4);
  const ada = await system.client(["unlock", "d", "--force", ...as("ada")]);
  assertEquals(ada.code, 0, ada.stderr);
  assertEquals((await listed()).stdout, "");
});
