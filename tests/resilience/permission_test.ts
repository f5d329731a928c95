/**
 * Permissions that are lost during a write.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Rule } from "../../testing/planned/plan.ts";
import { boundByModes, needsFileModes } from "../../testing/programs/file_modes.ts";
import { sampleBytes } from "../../testing/content.ts";
import { NEEDS_PLANS, plannedSystem } from "../../testing/planned/planned_system.ts";

const MiB = 1024 * 1024;
const OLD = sampleBytes(MiB, 1);
const NEW = sampleBytes(3 * MiB, 2);

const needsModes = NEEDS_PLANS.ignore ? NEEDS_PLANS : await needsFileModes();

/** Makes a folder read-only in the middle of a transfer. */
const lose = (folder: string, path: string): Rule => ({
  ...{ ops: ["write"], path, nth: 2, when: "after" },
  deed: { kind: "change", path: folder, how: { to: "permitted", mode: 0o500 } },
});

Deno.test(
  "permission-lost-mid-write: a get keeps the old file, ends with 4, and can be resumed",
  needsModes,
  async () => {
    await using place = await plannedSystem();
    const { system, client } = place;
    await Deno.writeFile(system.served("f"), NEW);
    await Deno.mkdir(system.at("d"));
    await Deno.writeFile(system.at("d/f"), OLD);
    const program = boundByModes(system.programs.client);
    const get = ["get", "f", "-d", "d", "--overwrite"];
    await client.arm([lose(system.at("d"), "-part$")]);
    const lost = await system.client(get, { program });
    assertEquals(await client.strikes(), 1);
    await Deno.chmod(system.at("d"), 0o700);
    assertEquals(lost.code, 4, lost.stderr);
    assertMatch(lost.stderr, /d\/f/);
    assertEquals(await Deno.readFile(system.at("d/f")), OLD);
    await client.arm([]);
    const again = await system.client([...get, "--json"], { program });
    assertEquals(again.code, 0, again.stderr);
    assertEquals(JSON.parse(again.stdout).moved, 0, "content was sent again");
    assertEquals(await Deno.readFile(system.at("d/f")), NEW);
    assertEquals([...Deno.readDirSync(system.at("d"))].map(({ name }) => name), ["f"]);
  },
);

Deno.test(
  "permission-lost-mid-write: a put keeps the old file and ends with 4, and the server keeps running",
  needsModes,
  async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    await Deno.writeFile(system.at("f"), NEW);
    await Deno.mkdir(system.served("d"));
    await Deno.writeFile(system.served("d/f"), OLD);
    await system.restart(undefined, { program: boundByModes(system.programs.server) });
    const put = ["put", "f", "--to", "d", "--overwrite"];
    await server.arm([lose(system.served("d"), "/staging/")]);
    const lost = await system.client(put);
    assertEquals(await server.strikes(), 1);
    assertEquals(lost.code, 4, lost.stderr);
    assertMatch(lost.stderr, /cannot write d\/f/);
    assert(!lost.stderr.includes(system.root), "where the folder is, is no client's business");
    assertEquals(await Deno.readFile(system.served("d/f")), OLD);
    await Deno.chmod(system.served("d"), 0o700);
    await server.arm([]);
    const again = await system.client([...put, "--json"]);
    assertEquals(again.code, 0, again.stderr);
    assertEquals(JSON.parse(again.stdout).moved, 0, "content was sent again");
    assertEquals(await Deno.readFile(system.served("d/f")), NEW);
    assertEquals([...Deno.readDirSync(system.served(".ftserver/staging"))], []);
  },
);
