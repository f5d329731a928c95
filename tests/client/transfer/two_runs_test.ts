/**
 * Two runs of one command at once: where their content is equal, both succeed.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { PART_STALL_MS } from "../../../lib/base/limits.ts";
import type { TransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import type { DownloadRequest } from "../../../lib/client/remote/transfers.ts";
import { untilPlaced } from "../../../lib/client/transfer/get/other_writers.ts";
import { partPaths } from "../../../lib/client/transfer/get/part_names.ts";
import { PartFile } from "../../../lib/client/transfer/get/part_file.ts";
import { compareFolders, filesBelow } from "../../../testing/files/same_files.ts";
import { fileSha256, sampleBytes } from "../../../testing/content.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { assertDone, Copies } from "./copies.ts";

const FILES = 40;

/** A tree with small files, files in blocks, and an empty one, in several folders. */
function writeTree(at: string, seed = 1): void {
  for (let i = 0; i < FILES; i++) {
    const folder = `${at}/d${i % 3}`;
    Deno.mkdirSync(folder, { recursive: true });
    const bytes = i % 10 === 0 ? 2_100_000 : i * 50;
    Deno.writeFileSync(`${folder}/f${i}`, sampleBytes(bytes, i + seed));
  }
}

for (const direction of ["get", "put"] as const) {
  for (const existing of ["refuse", "overwrite"] as const) {
    Deno.test(`two ${direction} of a tree at once both succeed (${existing})`, async () => {
      await using copies = await Copies.start();
      const [from, to] = direction === "put"
        ? [copies.at("tree"), copies.served("tree")]
        : [copies.served("tree"), copies.at("tree")];
      writeTree(from);
      for (let round = 0; round < 2; round++) {
        const runs = [1, 2, 3].map((transfers) =>
          copies[direction](["tree"], { existing, transfers, identity: "one_client" })
        );
        for (const outcome of await Promise.all(runs)) assertDone(outcome, FILES);
        await compareFolders(from, to);
        // The next round replaces other content, or creates the files again.
        if (existing === "overwrite") writeTree(to, 2);
        else await Deno.remove(to, { recursive: true });
      }
    });
  }
}

Deno.test("two get --rename of a file at once give it two names", async () => {
  await using copies = await Copies.start();
  await Deno.writeFile(copies.served("f"), sampleBytes(2_100_000));
  await Deno.writeTextFile(copies.at("f"), "mine");
  const runs = [1, 2].map(() => copies.get(["f"], { existing: "rename" }));
  const paths = (await Promise.all(runs)).map(({ done }) => done[0]?.path);
  assertEquals(paths.toSorted(), [copies.at("f (1)"), copies.at("f (2)")]);
  assertEquals([...Deno.readDirSync(copies.local)].length, 3, "no part file is left");
});

for (const dialect of ["line", "framed", "oneshot", "updown", "json"]) {
  Deno.test(`two get over ${dialect} at once both succeed, and equal content gets no new name`, async () => {
    await using copies = await Copies.start();
    await Deno.writeTextFile(copies.served("f"), "the content\n".repeat(50_000));
    const runs = [1, 2, 3].map(() => copies.get(["f"], { dialect, recursive: false }));
    for (const outcome of await Promise.all(runs)) assertDone(outcome, 1);
    for (const existing of ["rename", "overwrite", "refuse"] as const) {
      assertDone(await copies.get(["f"], { dialect, recursive: false, existing }), 1);
    }
    assertEquals([...Deno.readDirSync(copies.local)].map(({ name }) => name), ["f"]);
    assertEquals(await fileSha256(copies.at("f")), await fileSha256(copies.served("f")));
  });
}

Deno.test("a get does not wait for a program that writes nothing", async () => {
  await using dir = await tempDir();
  using _other = PartFile.open(partPaths(dir.join("f")));
  using time = new FakeTime();
  const notices: string[] = [];
  const context = {
    onEvent: (event: TransferEvent) => event.kind === "notice" && notices.push(event.text),
    signal: undefined,
  } as unknown as DownloadRequest["context"];
  const progress = { restart() {} } as DownloadRequest["progress"];
  const request = { name: "f", target: dir.join("f"), bytes: undefined, context, progress };
  const ended = assertRejects(() => untilPlaced(request, () => Promise.resolve(null)), FtError);
  await time.advance(PART_STALL_MS + 200);
  assertMatch((await ended).message, /^another transfer is writing /);
  assertEquals(notices.length, 1);
});

Deno.test("a get waits for another one, and resumes what that leaves", async () => {
  await using copies = await Copies.start();
  const bytes = sampleBytes(2_100_000);
  await Deno.writeFile(copies.served("f"), bytes);
  const other = PartFile.open(partPaths(copies.at("f")));
  await other.writeAt(0, bytes.subarray(0, 1 << 20));
  const outcome = await copies.get(["f"], {
    onEvent(event) {
      if (event.kind === "notice") other[Symbol.dispose]();
    },
  });
  assertDone(outcome, 1);
  assertMatch(outcome.notices.join("; "), /^waiting for another transfer, which is writing /);
  assertEquals(outcome.moved, bytes.length - (1 << 20));
  assertEquals(await Deno.readFile(copies.at("f")), bytes);
  assertEquals(await Deno.stat(partPaths(copies.at("f")).part).catch(() => null), null);
});

Deno.test("two put at once with other content: one is refused, and nothing is mixed", async () => {
  await using copies = await Copies.start();
  for (let round = 0; round < 5; round++) {
    const contents = [1, 2].map((seed) => sampleBytes(1_500_000, seed + 2 * round));
    const runs = contents.map(async (bytes, i) => {
      await Deno.writeFile(copies.at(`source${i}`), bytes);
      const outcome = await copies.put([`source${i}`], { as: `f${round}`, identity: "one_client" });
      return outcome.failed.map(({ error }) => error.code).join() || "done";
    });
    const ends = await Promise.all(runs);
    assertEquals(ends.toSorted(), ["conflict", "done"]);
    const stored = await Deno.readFile(copies.served(`f${round}`));
    assertEquals(stored, contents[ends.indexOf("done")]);
  }
});

for (const existing of ["refuse", "overwrite"] as const) {
  Deno.test(`a put that finds its content there at the end leaves nothing to resume (${existing})`, async () => {
    await using copies = await Copies.start();
    const bytes = sampleBytes(6_300_000);
    await Deno.writeFile(copies.at("f"), bytes);
    let isThere = false;
    const outcome = await copies.put(["f"], {
      existing,
      onEvent(event) {
        if (isThere || event.kind !== "progress" || event.done < bytes.length / 2) return;
        isThere = true;
        Deno.writeFileSync(copies.served("f"), bytes);
      },
    });
    assertDone(outcome, 1);
    assert(isThere);
    assertEquals(await filesBelow(copies.served(".ftserver/staging")), []);
  });
}
