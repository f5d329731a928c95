/**
 * `lock` and `unlock` between two clients.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
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
    assertMatch(stderr, /locked by client-[0-9a-f]{12}: a\.txt\n$/);
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
