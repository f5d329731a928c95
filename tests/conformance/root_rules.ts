import { assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { BatchResult, FileInfo, Files, FreshOptions } from "../../lib/service/files.ts";
import { settledClock } from "../../testing/clock_ahead.ts";
import { content, digests, get, text, totalOf } from "./content.ts";
import type { FilesRules } from "./files_rules.ts";

const CONTENT = {
  "d/empty": new Uint8Array(),
  "d/small": text("small"),
  "d/block": content(BLOCK_BYTES),
  "d/large": content(BLOCK_BYTES + 1),
};
const PATHS = Object.keys(CONTENT);

function rootsOf(path: keyof typeof CONTENT): string {
  return totalOf(CONTENT[path]).root;
}

const ROOTS = Object.fromEntries(
  (PATHS as (keyof typeof CONTENT)[]).map((path) => [path, rootsOf(path)]),
);

async function listed(files: Files, roots?: boolean): Promise<Record<string, string | undefined>> {
  const infos = await Array.fromAsync(files.list("d", { roots, recursive: true }));
  return Object.fromEntries(infos.map(({ path, root }) => [path, root]));
}

async function looked(
  files: Files,
  paths: readonly string[],
  options?: FreshOptions,
): Promise<Record<string, unknown>> {
  const shown = (result: BatchResult<FileInfo>) =>
    "value" in result ? result.value.root ?? result.value.type : codeOf(result.error);
  const results = await Array.fromAsync(files.statMany(paths, options));
  return Object.fromEntries(results.map((result) => [result.path, shown(result)]));
}

function codeOf(error: Error): string {
  return (error as Error & { code: string }).code;
}

/** Rules about roots. */
export const ROOT_RULES: FilesRules = {
  async "lists the roots that are known, and only when asked"(open) {
    await using at = await open({ content: CONTENT });
    using _old = settledClock();
    const unknown = Object.fromEntries(PATHS.map((path) => [path, undefined]));
    assertEquals(await listed(at.files, true), unknown);
    await Array.fromAsync(at.files.readMany(["d/empty", "d/small"]));
    await get(at.files, "d/block");
    await digests(at.files, "d/large");
    assertEquals(await listed(at.files, true), ROOTS);
    assertEquals(await listed(at.files), unknown);
  },
  async "computes the roots of many files, and remembers them"(open) {
    await using at = await open({ content: CONTENT });
    using _old = settledClock();
    const expected = { ...ROOTS, d: "dir", nope: "not_found", "../up": "not_allowed" };
    assertEquals(await looked(at.files, Object.keys(expected)), expected);
    assertEquals(await listed(at.files, true), ROOTS);
    for (const fresh of [false, true]) {
      assertEquals(await looked(at.files, PATHS, { fresh }), ROOTS);
    }
    assertEquals(await looked(at.files, []), {});
  },
  async "has roots in stat and manifest once they are known"(open) {
    await using at = await open({ content: CONTENT });
    using _old = settledClock();
    const found = async (fresh: boolean) => {
      await using manifest = await at.files.manifest("d/large", { fresh });
      await Array.fromAsync(manifest.digests);
      return manifest.info.root;
    };
    assertEquals(await found(false), undefined);
    assertEquals([await found(false), await found(true)], [ROOTS["d/large"], undefined]);
    assertEquals((await at.files.stat("d/large")).root, ROOTS["d/large"]);
  },
  async "knows no root of a file that was replaced or removed"(open) {
    await using at = await open({ content: CONTENT });
    const { files } = at;
    {
      using _old = settledClock();
      await looked(files, PATHS);
    }
    const facts = { mtimeMs: 0, executable: false };
    const other = smallFile({ path: "d/small", bytes: text("other"), ...facts });
    await files.writeMany([other], { precondition: { kind: "any" } });
    await files.remove("d/block");
    await files.move("d/large", "d/moved");
    const { root } = totalOf(text("other"));
    assertEquals(await listed(files, true).then((found) => found["d/small"]), undefined);
    assertEquals(await looked(files, ["d/small", "d/block", "d/moved"]), {
      "d/small": root,
      "d/block": "not_found",
      "d/moved": ROOTS["d/large"],
    });
  },
};
