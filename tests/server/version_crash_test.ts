/**
 * A server that is killed at any step of an overwrite, a removal or a restore: each content that a
 * name had is still there, once, under the name or as a version.
 */

import { assert, assertEquals } from "@std/assert";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { versionFiles } from "../../lib/native/version_files.ts";
import type { Files } from "../../lib/service/files.ts";
import type { OpName, Rule } from "../../testing/planned/plan.ts";
import {
  NEEDS_PLANS,
  type PlannedSystem,
  plannedSystem,
} from "../../testing/planned/planned_system.ts";

/** Operations that change names. */
const NAMING: readonly OpName[] = ["rename", "link", "remove", "mkdir"];

const connect = ({ system }: PlannedSystem) =>
  openRemote(parseEndpoint(system.url), { timeoutMs: 20_000 });

async function put(files: Files, path: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const digest = blockDigest(bytes);
  const precondition = { kind: "any" } as const;
  await using staged = await files.stage(path, { bytes: bytes.length, precondition });
  await Array.fromAsync(staged.have());
  await staged.write({ index: 0, bytes, digest, [Symbol.dispose]: () => {} });
  await staged.commit({ bytes: bytes.length, root: rootOf(digest, bytes.length) });
}

async function textOf(files: Files, path: string): Promise<string> {
  await using reading = await files.read(path);
  let text = "";
  for await (using block of reading.blocks) text += new TextDecoder().decode(block.bytes);
  return text;
}

/** The content of a name, and that of its versions. */
async function contents({ files, versions }: Remote, path: string) {
  const now = await textOf(files, path).catch((error) => {
    assertEquals(error.code, "not_found");
    return undefined;
  });
  const kept = (await versions.of(path)).map(({ rev }) => textOf(versionFiles(files, rev), path));
  return { now, kept: await Promise.all(kept) };
}

interface Work {
  readonly prepare: (remote: Remote, path: string) => Promise<unknown>;
  readonly act: (remote: Remote, path: string) => Promise<unknown>;
  /** Contents of the name that are right after a crash. */
  readonly now: readonly (string | undefined)[];
  /** Contents that must not be lost. */
  readonly kept: readonly string[];
}

const WORKS: Record<string, Work> = {
  overwrite: {
    prepare: ({ files }, path) => put(files, path, "old"),
    act: ({ files }, path) => put(files, path, "new"),
    now: ["old", "new"],
    kept: ["old"],
  },
  removal: {
    prepare: ({ files }, path) => put(files, path, "old"),
    act: ({ files }, path) => files.remove(path),
    now: ["old", undefined],
    kept: ["old"],
  },
  restore: {
    prepare: async ({ files }, path) => {
      await put(files, path, "first");
      await put(files, path, "second");
    },
    act: ({ versions }, path) => versions.restore(path),
    now: ["first", "second"],
    kept: ["first", "second"],
  },
  "restore of a removed name": {
    prepare: async ({ files }, path) => {
      await put(files, path, "old");
      await files.remove(path);
    },
    act: ({ versions }, path) => versions.restore(path),
    now: ["old", undefined],
    kept: ["old"],
  },
};

for (const [name, { prepare, act, now, kept }] of Object.entries(WORKS)) {
  Deno.test(`a server killed at any step of an ${name} loses no content`, NEEDS_PLANS, async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    const prepared = async (path: string) => {
      await using remote = await connect(place);
      await prepare(remote, path);
    };
    // The first one makes folders, too.
    for (const probe of ["d/first", "d/second"]) {
      await prepared(probe);
      await server.arm([]);
      await using remote = await connect(place);
      await act(remote, probe);
    }
    const steps = (await server.ops()).filter(({ op }) => NAMING.includes(op)).length;
    assert(steps >= 1, "nothing would be struck");
    let struck = 0;
    for (let step = 0; step < 2 * steps; step++) {
      const path = `d/file${step}`;
      await prepared(path);
      const when = step % 2 === 0 ? "before" : "after";
      const nth = (step >> 1) + 1;
      const rule: Rule = { ops: NAMING, nth, when, deed: { kind: "kill" } };
      // Work in the background can strike before the act does, so the client is connected already.
      await using remote = await connect(place);
      await server.arm([rule]);
      await act(remote, path).catch(() => {});
      struck += await server.strikes();
      await server.arm([]);
      await system.restart();
      await using again = await connect(place);
      const found = await contents(again, path);
      const what = `${when} step ${nth}: ${JSON.stringify(found)}`;
      assert(now.includes(found.now), what);
      const all = found.now === undefined ? found.kept : [found.now, ...found.kept];
      for (const content of kept) assertEquals(all.filter((c) => c === content).length, 1, what);
      // What has its name back can be changed and restored again.
      await put(again.files, path, "later");
      await again.versions.restore(path);
      assertEquals((await contents(again, path)).kept[0], "later", what);
    }
    // Work in the background, such as removing what is beyond a limit, is not always there.
    assert(struck >= steps, `${struck} strikes for ${steps} steps`);
  });
}
