import { assertEquals } from "@std/assert";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Files } from "../../lib/service/files.ts";
import { get, names, put, refuses, text } from "./content.ts";
import type { FilesRules } from "./files_rules.ts";

const CONTENT = { "d/f": text("f") };

/** All calls that change something. */
async function refusesWrites(files: Files): Promise<void> {
  await refuses("not_allowed", () => put(files, "new", text("x")));
  await refuses(
    "not_allowed",
    () => put(files, "d/f", text("x"), { precondition: { kind: "any" } }),
  );
  await refuses("not_allowed", () => files.remove("d/f"));
  await refuses("not_allowed", () => files.remove("d", { recursive: true }));
  await refuses("not_allowed", () => files.move("d/f", "g"));
  await refuses("not_allowed", () => files.mkdir("new"));
  await refuses("not_allowed", () => files.lease("d/f", { ttlMs: 1000 }));
  await refuses("not_allowed", () => files.release("d/f"));
  const small = smallFile({ path: "s", bytes: text("s"), mtimeMs: 0, executable: false });
  const [result] = await files.writeMany([small]);
  assertEquals((result as { error?: { code: string } }).error?.code, "not_allowed");
}

/** Rules about permissions. */
export const ACCESS_RULES: FilesRules = {
  async "refuses writes where access is read-only (anonymous-cannot-write-when-read-only)"(open) {
    await using at = await open({ anonymous: "read", content: CONTENT });
    await refusesWrites(at.files);
    assertEquals(await get(at.files, "d/f"), text("f"));
    assertEquals(await names(at.files, ".", true), ["d", "d/f"]);
  },
  async "shows nothing without permission"(open) {
    await using at = await open({ anonymous: "none", content: CONTENT });
    const { files } = at;
    await refusesWrites(files);
    await refuses("not_allowed", () => files.stat("d/f"));
    await refuses("not_allowed", () => files.stat("nope"));
    await refuses("not_allowed", () => names(files, "."));
    await refuses("not_allowed", () => files.read("d/f"));
    await refuses("not_allowed", () => files.manifest("d/f"));
    await refuses("not_allowed", () => files.sum("d/f", "sha256"));
    const results: AsyncIterable<unknown>[] = [files.readMany(["d/f"]), files.statMany(["d/f"])];
    for (const answer of results) {
      const [result] = await Array.fromAsync(answer);
      assertEquals((result as { error?: { code: string } }).error?.code, "not_allowed");
    }
  },
};
