/**
 * A plan strikes where it says, in the real programs.
 */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { PlanFile } from "../../../faults/os/plan_file.ts";
import type { Rule } from "../../../faults/os/plan.ts";
import { plannedProgram } from "../../../faults/os/program.ts";
import { type Finished, runProgram } from "../../../tools/programs.ts";
import { RunningServer } from "../../../tools/running_server.ts";
import { content } from "../../support/content.ts";
import { tempDir } from "../../support/temp_dir.ts";

const MiB = 1024 * 1024;
const OLD = content(MiB + 5, 1);
const NEW = content(3 * MiB + 5, 2);

/** A planned server with a file `f` of old content, and planned clients with a newer one. */
async function planned() {
  const dir = await tempDir();
  for (const name of ["root", "state", "home"]) await Deno.mkdir(dir.join(name));
  await Deno.writeFile(dir.join("root/f"), OLD);
  await Deno.writeFile(dir.join("f"), NEW);
  const plans = {
    server: await PlanFile.create(dir.path, "server"),
    client: await PlanFile.create(dir.path, "client"),
  };
  const client = await plannedProgram("ftclient", dir.path, plans.client.path);
  const server = await RunningServer.start(
    await plannedProgram("ftserver", dir.path, plans.server.path),
    { root: dir.join("root"), state: dir.join("state") },
  );
  const home = dir.join("home");
  const env = { FTCLIENT_RETRIES: "0", XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
  return {
    dir,
    plans,
    run: (...args: string[]): Promise<Finished> =>
      runProgram(client, [...args, "--host", server.url], env),
    async [Symbol.asyncDispose]() {
      await using _dir = dir;
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Programs are started through `env`. */
const ignore = Deno.build.os === "windows";
const SYNC: Rule = { ops: ["sync"], when: "before", deed: { kind: "fail", errno: "EIO" } };

Deno.test(
  "a planned program tells its operations, and fails where the plan says, once",
  { ignore },
  async () => {
    await using system = await planned();
    const { server } = system.plans;
    await server.arm([SYNC]);
    const put = ["put", system.dir.join("f"), "--overwrite"];
    const failed = await system.run(...put);
    assertEquals(failed.code, 1, failed.stderr);
    assertEquals(await server.strikes(), 1);
    assertEquals(await Deno.readFile(system.dir.join("root/f")), OLD);
    const again = await system.run(...put);
    assertEquals(again.code, 0, again.stderr);
    assertEquals(await Deno.readFile(system.dir.join("root/f")), NEW);
    const names = (await server.ops()).map(({ op }) => op);
    assert(names.indexOf("write") < names.indexOf("sync"), names.join());
    assertEquals(names.filter((name) => name === "rename").length, 1);
  },
);

Deno.test("a planned program dies before or after an operation, or in the middle of a write", {
  ignore,
}, async () => {
  await using system = await planned();
  const { client } = system.plans;
  const get = ["get", "f", "-o", system.dir.join("got")];
  for (const when of ["before", "after"] as const) {
    await client.arm([{ ops: ["link"], path: "/got$", when, deed: { kind: "kill" } }]);
    assertEquals((await system.run(...get)).code, 128 + 9);
    assertEquals(await client.strikes(), 1);
    const there = await Deno.stat(system.dir.join("got")).then(() => true, () => false);
    assertEquals(there, when === "after");
  }
  const part = system.dir.join(".torn.ft-part");
  await client.arm([{ ops: ["write"], path: "-part$", when: "before", deed: { kind: "torn" } }]);
  assertEquals((await system.run("get", "f", "-o", system.dir.join("torn"))).code, 128 + 9);
  const torn = await Deno.readFile(part);
  assertEquals(torn.subarray(0, MiB / 2), OLD.subarray(0, MiB / 2));
  assert(torn.subarray(MiB / 2, MiB).every((byte) => byte === 0));
});

Deno.test("a planned program writes on after a short write", { ignore }, async () => {
  await using system = await planned();
  const { client } = system.plans;
  const short = { when: "before", times: null, deed: { kind: "short" } } as const;
  await client.arm([{ ...short, ops: ["write"], path: "-part$" }, { ...short, ops: ["read"] }]);
  const got = await system.run("get", "f", "-o", system.dir.join("got"));
  assertEquals(got.code, 0, got.stderr);
  assertEquals(await Deno.readFile(system.dir.join("got")), OLD);
  assert(await client.strikes() > 20);
});

Deno.test(
  "a planned program's files are changed under it, and its clock jumps",
  { ignore },
  async () => {
    await using system = await planned();
    const { client } = system.plans;
    const source = system.dir.join("f");
    const shrink = { kind: "change", path: source, how: { to: "shrink", bytes: 9 } } as const;
    const day = 24 * 3_600_000;
    await client.arm([
      { ops: ["read"], path: "/f$", nth: 2, when: "before", deed: shrink },
      { ops: ["read"], path: "/f$", nth: 2, when: "before", deed: { kind: "clock", byMs: day } },
    ]);
    const put = await system.run("put", source, "--overwrite");
    assertEquals(put.code, 0, put.stderr);
    assertMatch(put.stderr, /changed meanwhile/);
    assertEquals(await client.strikes(), 2);
    assertEquals(await Deno.readFile(system.dir.join("root/f")), NEW.subarray(0, NEW.length - 9));
    assertNotEquals(await Deno.readFile(source), NEW);
  },
);
