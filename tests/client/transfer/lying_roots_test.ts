/**
 * A server that lies about roots, and one that does not know them.
 */

import { assertEquals } from "@std/assert";
import { hasCode } from "../../../lib/base/errors.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import { blockTransfers } from "../../../lib/client/transfer/block_transfers.ts";
import { getFiles } from "../../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../../lib/client/transfer/put/put_files.ts";
import type { FileInfo, Files } from "../../../lib/service/files.ts";
import { settledClock } from "../../../testing/clock_ahead.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { compareFolders } from "../../../testing/files/same_files.ts";
import { Copies } from "./copies.ts";

const NAMES = ["a", "b", "c"];
const OPTIONS = { existing: "refuse", times: true, resume: true, recursive: true } as const;

/** A remote whose infos are changed on their way. */
function lying(remote: Remote, lie: (info: FileInfo) => FileInfo, roots = true): Remote {
  const real = remote.files;
  const files: Files = Object.create(real, {
    list: {
      async *value(...args: Parameters<Files["list"]>) {
        for await (const info of real.list(...args)) yield lie(info);
      },
    },
    statMany: {
      async *value(...args: Parameters<Files["statMany"]>) {
        for await (const result of real.statMany(...args)) {
          yield "value" in result ? { ...result, value: lie(result.value) } : result;
        }
      },
    },
    manifest: { value: (...args: Parameters<Files["manifest"]>) => real.manifest(...args) },
    stat: { value: (...args: Parameters<Files["stat"]>) => real.stat(...args) },
    stage: { value: (...args: Parameters<Files["stage"]>) => real.stage(...args) },
    setFacts: { value: (...args: Parameters<Files["setFacts"]>) => real.setFacts(...args) },
    writeMany: { value: (...args: Parameters<Files["writeMany"]>) => real.writeMany(...args) },
    readMany: { value: (...args: Parameters<Files["readMany"]>) => real.readMany(...args) },
  });
  return {
    ...remote,
    files,
    transfers: blockTransfers(files, { roots }),
    [Symbol.asyncDispose]: () => remote[Symbol.asyncDispose](),
  };
}

/** Runs a copy of the tree over such a remote. */
async function copy(
  copies: Copies,
  direction: "put" | "get",
  lie: (info: FileInfo) => FileInfo,
  more: { readonly checksum?: boolean; readonly roots?: boolean } = {},
) {
  const notices: string[] = [];
  const open = async () => lying(await copies.server.connect(), lie, more.roots);
  const options = { ...OPTIONS, transfers: 2, checksum: more.checksum };
  const path = copies.server.dir.join("digests.sqlite");
  const outcome = direction === "put"
    ? await putFiles(
      open,
      { ...options, roots: { path }, sources: [copies.at("tree")], to: "." },
      (event) => event.kind === "notice" && notices.push(event.text),
    )
    : await getFiles(
      open,
      { ...options, roots: { path }, names: ["tree"], dir: copies.local },
      (event) => event.kind === "notice" && notices.push(event.text),
    );
  return { ...outcome, notices };
}

async function bothSides(): Promise<Copies> {
  const copies = await Copies.start();
  for (const dir of [copies.at("tree"), copies.served("tree")]) {
    await Deno.mkdir(dir);
    for (const [i, name] of NAMES.entries()) {
      await Deno.writeFile(`${dir}/${name}`, sampleBytes(100, i + 1));
    }
  }
  return copies;
}

const truth = (info: FileInfo) => info;

for (const direction of ["put", "get"] as const) {
  Deno.test(`${direction}: a server that invents other roots costs a comparison, no file`, async () => {
    await using copies = await bothSides();
    using _later = settledClock();
    for (let run = 0; run < 3; run++) {
      const wrong = (info: FileInfo) => ({ ...info, root: "0".repeat(64) });
      const { done, failed } = await copy(copies, direction, wrong);
      assertEquals([done.length, failed.length], [NAMES.length, 0]);
      assertEquals(done.map(({ moved }) => moved), NAMES.map(() => 0));
    }
    await compareFolders(copies.at("tree"), copies.served("tree"));
  });

  Deno.test(`${direction}: a server that calls other content equal keeps its own, and only that`, async () => {
    await using copies = await bothSides();
    using _later = settledClock();
    const honest = await copy(copies, direction, truth);
    const roots = new Map(honest.done.map(({ name, root }) => [name, root]));
    // Another file, so that the change shows within the same second.
    await Deno.writeFile(copies.served("a"), sampleBytes(100, 9));
    await Deno.rename(copies.served("a"), copies.served("tree/a"));
    const { atime, mtime } = await Deno.stat(copies.at("tree/a"));
    await Deno.utime(copies.served("tree/a"), atime!, mtime!);
    const before = await Deno.readFile(copies.at("tree/a"));
    const same = (info: FileInfo) => ({ ...info, root: roots.get(info.path) ?? "0".repeat(64) });
    const { done } = await copy(copies, direction, same);
    assertEquals(done.length, NAMES.length);
    // The local file is as it was, and an honest server is told apart at once.
    assertEquals(await Deno.readFile(copies.at("tree/a")), before);
    const { failed } = await copy(copies, direction, truth);
    assertEquals(failed.map(({ error }) => hasCode(error, "conflict")), [true]);
  });

  Deno.test(`${direction}: a server that invents sizes or kinds does no harm`, async () => {
    await using copies = await bothSides();
    for (const lie of [{ bytes: 101 }, { bytes: 0 }, { bytes: 2 ** 40 }]) {
      const { done, failed } = await copy(copies, direction, (info) => ({ ...info, ...lie }));
      assertEquals(done.length + failed.length, NAMES.length);
    }
    for (const [i, name] of NAMES.entries()) {
      assertEquals(await Deno.readFile(copies.at(`tree/${name}`)), sampleBytes(100, i + 1));
    }
  });

  Deno.test(`${direction}: an older server is asked file by file, and --checksum says so`, async () => {
    await using copies = await bothSides();
    const old = ({ root: _, ...info }: FileInfo) => info;
    for (const checksum of [false, true]) {
      const { done, notices } = await copy(copies, direction, old, { roots: false, checksum });
      assertEquals(done.map(({ moved }) => moved), NAMES.map(() => 0));
      assertEquals(notices.some((text) => text.includes("older than --checksum")), checksum);
    }
  });
}
