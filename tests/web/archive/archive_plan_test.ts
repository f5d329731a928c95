import { assertEquals, assertRejects } from "@std/assert";
import { FtError, hasCode } from "../../../lib/base/errors.ts";
import { MAX_ARCHIVE_ENTRIES, MAX_PLANNED_ENTRIES } from "../../../lib/base/limits.ts";
import type { FileInfo, Files, ReadOptions } from "../../../lib/service/files.ts";
import { ArchivePlan } from "../../../lib/web/archive/archive_plan.ts";
import type { ArchiveWriter } from "../../../lib/web/archive/archive_writer.ts";
import { PlannedEntries } from "../../../lib/web/archive/planned_entries.ts";
import { TarWriter } from "../../../lib/web/archive/tar_writer.ts";
import type { UserPlace } from "../../../lib/web/files/place.ts";
import { pure } from "../../../testing/pure.ts";

const { signal } = new AbortController();

function info(path: string, more: Partial<FileInfo> = {}): FileInfo {
  const file = { type: "file", bytes: 1, mtimeMs: 0, executable: false, revision: "1" } as const;
  return { ...file, path, ...more };
}

function placeOf(infos: Iterable<FileInfo>, read: Files["read"]): UserPlace {
  const list = async function* () {
    yield* infos;
  };
  const files = { list, read } as Partial<Files> as Files;
  return {
    files,
    path: ".",
    folder: true,
    base: "/files/",
    session: undefined!,
    canRead: () => true,
    properties: undefined!,
    locks: undefined!,
    tokens: [],
  };
}

/** Writes nothing but the content. */
const NO_FORMAT: ArchiveWriter = {
  checksum: () => 0,
  head: () => new Uint8Array(),
  tail: () => new Uint8Array(),
  end: () => [],
};

const unread = () => Promise.reject(new Error("it was opened"));

pure(
  "ArchivePlan opens files that not everybody may read, and leaves out those it cannot",
  async () => {
    const opened: unknown[] = [];
    const read = (path: string, ranges?: readonly unknown[], options?: ReadOptions) => {
      opened.push([path, ranges, options?.partial]);
      const error = new FtError("not_allowed", `permission denied: ${path}`);
      return path === "owner" ? Promise.reject(error) : Promise.resolve({
        info: info(path),
        blocks: { [Symbol.asyncIterator]: () => undefined! },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    };
    const infos = [
      info("all", { mode: 0o644 }),
      info("group", { mode: 0o640 }),
      info("owner", { mode: 0o000 }),
      info("unknown"),
      info("dir", { type: "dir", bytes: 0, mode: 0o700 }),
    ];
    using plan = await ArchivePlan.of(placeOf(infos, read), [], new TarWriter(), signal);
    assertEquals([...plan].map(({ name }) => name), ["all", "group", "unknown", "dir/"]);
    assertEquals(opened, [["group", [], true], ["owner", [], true]]);
    const messages = plan.leftOut.errors.map(({ message }) => message);
    assertEquals(messages, ["left out: owner (permission denied: owner)"]);
  },
);

pure("an archive above its limit of entries is refused, one at the limit is not", async () => {
  const planOf = (count: number) => {
    const infos = Array.from({ length: count }, (_, i) => info(`f${i}`));
    return ArchivePlan.of(placeOf(infos, unread), [], NO_FORMAT, signal);
  };
  const most = await planOf(MAX_ARCHIVE_ENTRIES);
  assertEquals(most.size.total(), MAX_ARCHIVE_ENTRIES);
  const refused = await assertRejects(() => planOf(MAX_ARCHIVE_ENTRIES + 1), FtError);
  assertEquals([refused.code, refused.retryable], ["limit", false]);
  most[Symbol.dispose]();
  // The refused one counts no longer, either.
  using all = new DisposableStack();
  const fill = () => {
    const entries = all.use(new PlannedEntries());
    for (let i = 0; i < MAX_ARCHIVE_ENTRIES; i++) entries.add();
  };
  for (let i = 0; i < MAX_PLANNED_ENTRIES / MAX_ARCHIVE_ENTRIES; i++) fill();
  const busy = await assertRejects(() => planOf(1), FtError);
  assertEquals(hasCode(busy, "limit") && busy.retryable, true);
});
