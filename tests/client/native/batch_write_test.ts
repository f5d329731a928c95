import { assertEquals } from "@std/assert";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import { SMALL_FILE_BYTES } from "../../../lib/base/limits.ts";
import { encodeJson } from "../../../lib/native/messages.ts";
import type { SmallFile } from "../../../lib/service/files.ts";
import { pure } from "../../../testing/pure.ts";
import { text } from "../../conformance/content.ts";
import { endsAs, INFO, play, type Scene } from "./scene.ts";

function small(path: string, bytes = text(path)): SmallFile {
  return smallFile({ path, bytes, mtimeMs: 0, executable: false });
}

/** Answers a batch for these paths. */
async function answer(at: Scene, paths: readonly string[]): Promise<void> {
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", text("[{}]"));
  await at.server.next(id, "COMT");
  const items = paths.map((path) => ({ path, info: { ...INFO, path } }));
  await at.server.sendOn(id, "ITEM", encodeJson(items));
  await at.server.sendOn(id, "RPLY", text("{}"));
}

pure("writePacks takes one answer for each file", async () => {
  await using at = await play();
  const writing = at.files.writeMany([small("a"), small("b")]);
  await answer(at, ["b", "a"]);
  assertEquals((await writing).map(({ path }) => path), ["b", "a"]);
});

pure("writePacks refuses two answers for one file and none for another", async () => {
  for (const paths of [["a", "a"], ["a"], ["a", "b", "b"]]) {
    await using at = await play();
    const writing = at.files.writeMany([small("a"), small("b")]);
    writing.catch(() => {});
    await answer(at, paths);
    await endsAs("protocol", writing);
  }
});

pure("writePacks refuses a file that is too large for a batch, and sends the others", async () => {
  await using at = await play();
  const large = small("large", new Uint8Array(SMALL_FILE_BYTES + 1));
  const writing = at.files.writeMany([large, small("a")]);
  await answer(at, ["a"]);
  const codes = (await writing).map((result) =>
    "error" in result ? (result.error as { code?: string }).code : undefined
  );
  assertEquals(codes, ["limit", undefined]);
});

pure("readMany refuses the same file twice", async () => {
  await using at = await play();
  const reading = Array.fromAsync(at.files.readMany(["f", "g"]));
  reading.catch(() => {});
  const { id } = await at.asked();
  const failed = { path: "f", error: { code: "not_found", message: "m", retryable: false } };
  const head = encodeJson([failed, failed]);
  const lengths = new Uint8Array(8);
  new DataView(lengths.buffer).setUint32(4, head.length);
  await at.server.sendOn(id, "PACK", lengths, head);
  await endsAs("protocol", reading);
});
