/**
 * Whatever fails on a server's disk, no client learns the path of the served folder or reads an error
 * of the runtime.
 */

import { assert, assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Files } from "../../lib/service/files.ts";
import { sampleBytes } from "../../testing/content.ts";
import type { OpName, Rule } from "../../testing/planned/plan.ts";
import { NEEDS_PLANS, plannedSystem } from "../../testing/planned/planned_system.ts";

const OPS: readonly OpName[] = [
  ...["open", "create", "read", "write", "sync", "truncate", "utime", "chmod"] as const,
  ...["stat", "list", "rename", "link", "remove", "mkdir"] as const,
];

async function upload(files: Files, name: string): Promise<void> {
  const bytes = sampleBytes(100_000);
  const digest = blockDigest(bytes);
  await using staged = await files.stage(name, { bytes: bytes.length });
  await Array.fromAsync(staged.have());
  await staged.write({ index: 0, bytes, digest, [Symbol.dispose]: () => {} });
  await staged.commit({ bytes: bytes.length, root: rootOf(digest, bytes.length) });
}

async function readAll(files: Files, name: string): Promise<void> {
  await using reading = await files.read(name);
  for await (using _block of reading.blocks);
}

const small = (path: string) =>
  smallFile({ path, bytes: sampleBytes(9), mtimeMs: 0, executable: false });

/** Requests that together use every operation. */
const REQUESTS: Record<string, (files: Files, n: number) => Promise<unknown>> = {
  stat: (files) => files.stat("d/f"),
  list: (files) => Array.fromAsync(files.list("d")),
  read: (files) => readAll(files, "d/f"),
  sum: (files, n) => files.sum(`d/sum${n}`, "sha256"),
  readMany: (files) => Array.fromAsync(files.readMany(["d/f"])),
  stage: (files, n) => upload(files, `d/new${n}`),
  replace: (files) => upload(files, "d/f"),
  writeMany: (files, n) => files.writeMany([small(`d/small${n}`)]),
  batch: (files, n) => files.writeMany(Array.from({ length: 20 }, (_, i) => small(`b${n}/${i}`))),
  mkdir: (files, n) => files.mkdir(`d/folder${n}`),
  move: (files, n) => files.move(`d/move${n}`, `d/moved${n}`),
  remove: (files, n) => files.remove(`d/remove${n}`),
  "remove below": (files, n) => files.remove(`d/below${n}`, { recursive: true }),
};

/** All errors in a result: the thrown one, or those of single entries. */
async function errorsOf(request: Promise<unknown>): Promise<FtError[]> {
  try {
    const result = await request;
    const entries = Array.isArray(result) ? result : [];
    return entries.flatMap((entry) => "error" in Object(entry) ? [entry.error as FtError] : []);
  } catch (error) {
    assert(error instanceof FtError, String(error));
    return [error];
  }
}

for (const errno of ["EACCES", "EIO"] as const) {
  Deno.test(`no client sees a path of the server's disk after ${errno}`, NEEDS_PLANS, async () => {
    await using place = await plannedSystem();
    const { system, server } = place;
    const connect = () => openRemote(parseEndpoint(system.url), { timeoutMs: 10_000 });
    const seen = new Set<OpName>();
    for (const [n, op] of OPS.entries()) {
      await Deno.mkdir(system.served(`d/below${n}/x`), { recursive: true });
      for (const name of ["f", `sum${n}`, `move${n}`, `remove${n}`]) {
        await Deno.writeFile(system.served(`d/${name}`), sampleBytes(70_000, n + 1));
      }
      const deed = { kind: "fail", errno } as const;
      const rule: Rule = { ops: [op], path: system.root, when: "before", times: null, deed };
      for (const [name, request] of Object.entries(REQUESTS)) {
        await server.arm([rule]);
        await using remote = await connect();
        for (const { message } of await errorsOf(request(remote.files, n))) {
          seen.add(op);
          const safe = !message.includes(system.root) && !/os error|\bE[A-Z]{3,}\b/.test(message);
          assert(safe, `${op} ${name}: ${message}`);
        }
      }
      await server.arm([]);
    }
    assertEquals(OPS.filter((op) => !seen.has(op)), []);
  });
}
