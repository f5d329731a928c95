import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import type { Block, HeldBlock, Upload } from "../../lib/service/files.ts";
import {
  blockOf,
  blocksOf,
  content,
  get,
  names,
  put,
  refuses,
  text,
  totalOf,
  writeAll,
} from "./content.ts";
import type { FilesRules } from "./files_rules.ts";

/** Returns the blocks that a service has for an upload. */
async function heldBy(upload: Upload): Promise<HeldBlock[]> {
  const held = await Array.fromAsync(upload.have());
  return held.map(({ index, digest }) => ({ index, digest: digest.slice() }));
}

/** Damages a block, so that it does not match its digest. */
function damaged(block: Block): Block {
  block.bytes[0]! ^= 1;
  return block;
}

/** Returns the outcomes of calls that cannot all succeed. */
async function race(...acts: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(acts);
  return settled.map((end) => end.status === "fulfilled" ? "done" : (end.reason as FtError).code)
    .sort();
}

/** Rules for writing. */
export const WRITING_RULES: FilesRules = {
  async "shows nothing of an upload before its commit, and sets time and mode"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES + 5);
    const facts = { mtimeMs: 1_700_000_000_000, executable: true, mode: 0o750 };
    await using upload = await at.files.stage("d/f", { bytes: bytes.length, ...facts });
    await writeAll(upload, bytes);
    await refuses("not_found", () => at.files.stat("d/f"));
    assertEquals(await names(at.files, "."), []);
    const info = await upload.commit(totalOf(bytes));
    assertEquals([info.mtimeMs, info.executable, info.mode], [facts.mtimeMs, true, 0o750]);
    assertEquals(await get(at.files, "d/f"), bytes);
  },
  async "accepts blocks in any order, and a size that was not announced"(open) {
    await using at = await open();
    const bytes = content(2 * BLOCK_BYTES + 5);
    await using upload = await at.files.stage("f");
    for (const index of [2, 0, 1]) await upload.write(blockOf(bytes, index));
    await upload.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "computes the digests of blocks that have none"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES + 5);
    await using upload = await at.files.stage("f");
    const digests: Uint8Array[] = [];
    for (const { index, bytes: own } of blocksOf(bytes)) {
      const block = { index, bytes: own };
      digests.push(await upload.add(block));
      assertEquals(block.bytes.length, index === 0 ? BLOCK_BYTES : 5);
    }
    assertEquals(digests, blocksOf(bytes).map(({ digest }) => digest));
    await upload.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "discards abandoned uploads and ephemeral ones"(open) {
    await using at = await open();
    {
      await using upload = await at.files.stage("f", { token: "abandoned_1" });
      await upload.write(blockOf(text("x"), 0));
      await upload.abandon();
      await upload.abandon();
    }
    await using again = await at.files.stage("f", { token: "abandoned_1" });
    assertEquals(await heldBy(again), []);
    assertEquals(await names(at.files, "."), []);
  },
  async "resumes by token: blocks it has are kept, the rest is sent"(open) {
    await using at = await open();
    const bytes = content(3 * BLOCK_BYTES + 11);
    const options = { bytes: bytes.length, token: "resumed_1" };
    {
      await using upload = await at.files.stage("f", options);
      assertEquals(upload.token, "resumed_1");
      for (const index of [0, 1, 3]) await upload.write(blockOf(bytes, index));
    }
    {
      // A token belongs to the client that began the upload.
      await using other = await at.stranger.stage("f", options);
      assertEquals(await heldBy(other), []);
    }
    await using upload = await at.files.stage("f", options);
    const held = await heldBy(upload);
    const good = held.filter(({ index, digest }) =>
      blockOf(bytes, index).digest.every((byte, i) => byte === digest[i])
    );
    assertEquals(good.map(({ index }) => index), [0, 1, 3]);
    await Promise.all(good.map((block) => upload.keep(block)));
    await upload.write(blockOf(bytes, 2));
    await upload.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "reports the blocks of the file to be replaced, and keeps them"(open) {
    const old = content(3 * BLOCK_BYTES, 1);
    const bytes = old.slice(0, 2 * BLOCK_BYTES + 9);
    bytes[0]! ^= 1;
    await using at = await open({ content: { "f": old } });
    const options = { bytes: bytes.length, precondition: { kind: "any" } } as const;
    await using upload = await at.files.stage("f", options);
    assertEquals((await heldBy(upload)).map(({ index }) => index), [0, 1, 2]);
    await upload.keep(blockOf(old, 1));
    await upload.write(blockOf(bytes, 0));
    await upload.write(blockOf(bytes, 2));
    await upload.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "does not keep a block that it does not have"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES);
    await using upload = await at.files.stage("f", { bytes: bytes.length });
    assertEquals(await heldBy(upload), []);
    const error = await refuses("conflict", async () => {
      await upload.keep(blockOf(bytes, 0));
      await upload.commit(totalOf(bytes));
    });
    assertEquals(error.retryable, true);
    await refuses("not_found", () => at.files.stat("f"));
  },
  async "does not keep a block that was overwritten"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES);
    const options = { bytes: bytes.length, token: "written_over_1" };
    {
      await using upload = await at.files.stage("f", options);
      await upload.write(blockOf(bytes, 0));
    }
    await using upload = await at.files.stage("f", options);
    assertEquals((await heldBy(upload)).length, 1);
    await upload.write(blockOf(content(BLOCK_BYTES, 2), 0));
    await refuses("conflict", async () => {
      await upload.keep(blockOf(bytes, 0));
      await upload.commit(totalOf(bytes));
    });
  },
  async "refuses a damaged block and accepts it when it is sent again (bit-flip-in-flight)"(open) {
    await using at = await open();
    const bytes = content(2 * BLOCK_BYTES);
    await using upload = await at.files.stage("f", { bytes: bytes.length });
    await upload.write(blockOf(bytes, 0));
    const error = await refuses("integrity", () => upload.write(damaged(blockOf(bytes, 1))));
    assertEquals(error.retryable, true);
    await upload.write(blockOf(bytes, 1));
    await upload.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "commits only if root, size and all blocks match"(open) {
    await using at = await open();
    const bytes = content(2 * BLOCK_BYTES);
    const { root } = totalOf(bytes);
    const wrong = [
      { bytes: bytes.length, root: "0".repeat(64) },
      { bytes: bytes.length - 1, root },
      { bytes: 3 * BLOCK_BYTES, root },
      { bytes: 0, root: totalOf(new Uint8Array()).root },
      { bytes: Number.MAX_SAFE_INTEGER, root },
    ];
    for (const total of wrong) {
      await using upload = await at.files.stage("f");
      await writeAll(upload, bytes);
      await refuses("integrity", () => upload.commit(total));
    }
    await using upload = await at.files.stage("f");
    await upload.write(blockOf(bytes, 1));
    await refuses("integrity", () => upload.commit({ bytes: bytes.length, root }));
    assertEquals(await names(at.files, "."), []);
  },
  async "refuses blocks whose lengths do not add up to the file"(open) {
    await using at = await open();
    const short = blockOf(text("short"), 0);
    const root = rootOf(blockDigest(short.bytes), BLOCK_BYTES);
    await using upload = await at.files.stage("f");
    await upload.write(short);
    await refuses("integrity", () => upload.commit({ bytes: BLOCK_BYTES, root }));
    await refuses("not_found", () => at.files.stat("f"));
  },
  async "refuses blocks outside the announced size"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES);
    for (const index of [1, 0xffff_ffff]) {
      await using upload = await at.files.stage("f", { bytes: BLOCK_BYTES });
      const block = { ...blockOf(bytes, 0), index };
      await refuses("usage", () => upload.write(block));
    }
    await using huge = await at.files.stage("f", { bytes: Number.MAX_SAFE_INTEGER });
    assertEquals(await heldBy(huge), []);
  },
  async "enforces preconditions: absent, any, root"(open) {
    await using at = await open({ content: { "f": text("old") } });
    const newer = text("new");
    await refuses("conflict", () => put(at.files, "f", newer));
    await refuses(
      "conflict",
      () => put(at.files, "f", newer, { precondition: { kind: "absent" } }),
    );
    const nothing = { kind: "root", root: totalOf(text("other")).root } as const;
    await refuses("conflict", () => put(at.files, "f", newer, { precondition: nothing }));
    await refuses("conflict", () => put(at.files, "g", newer, { precondition: nothing }));
    assertEquals(await get(at.files, "f"), text("old"));
    const exactly = { kind: "root", root: totalOf(text("old")).root } as const;
    await put(at.files, "f", newer, { precondition: exactly });
    await put(at.files, "f", text("any"), { precondition: { kind: "any" } });
    await put(at.files, "g", text("any"), { precondition: { kind: "any" } });
    assertEquals(await get(at.files, "f"), text("any"));
  },
  async "replaces an expected version that it has never hashed before"(open) {
    await using at = await open({ content: { "f": text("old"), "g": text("other") } });
    const precondition = { kind: "root", root: totalOf(text("old")).root } as const;
    await refuses("conflict", () => put(at.files, "g", text("new"), { precondition }));
    await put(at.files, "f", text("new"), { precondition });
    assertEquals(await get(at.files, "f"), text("new"));
    assertEquals(await get(at.files, "g"), text("other"));
  },
  async "gives a name to one of two writers (two-writers-one-name)"(open) {
    await using at = await open();
    const [one, other] = [text("one"), text("two")];
    await using a = await at.files.stage("f");
    await using b = await at.stranger.stage("f");
    await writeAll(a, one);
    await writeAll(b, other);
    const ends = await race(a.commit(totalOf(one)), b.commit(totalOf(other)));
    assertEquals(ends, ["conflict", "done"]);
  },
  async "lets one of several writers replace a version (two-writers-one-name)"(open) {
    await using at = await open();
    for (let round = 0; round < 5; round++) {
      const { root } = await put(at.files, "f", content(9, round), {
        precondition: { kind: "any" },
      });
      const precondition = { kind: "root", root: root! } as const;
      const contents = [text("one"), text("two"), text("three")];
      const writers = [at.files, at.stranger, at.files];
      const uploads = await Promise.all(
        writers.map((files) => files.stage("f", { precondition })),
      );
      await Promise.all(uploads.map((upload, i) => writeAll(upload, contents[i]!)));
      const ends = uploads.map((upload, i) => upload.commit(totalOf(contents[i]!)));
      assertEquals(await race(...ends), ["conflict", "conflict", "done"]);
      await Promise.all(uploads.map((upload) => upload[Symbol.asyncDispose]()));
    }
  },
  async "fences off a writer whose upload was taken over (stale-writer-is-fenced)"(open) {
    await using at = await open();
    const bytes = content(BLOCK_BYTES + 1);
    const options = {
      bytes: bytes.length,
      token: "fenced_1",
      precondition: { kind: "any" },
    } as const;
    await using stale = await at.files.stage("f", options);
    await stale.write(blockOf(bytes, 0));
    await using fresh = await at.files.stage("f", options);
    const error = await refuses("conflict", () => stale.write(blockOf(bytes, 1)));
    assertEquals(error.retryable, false);
    await refuses("conflict", () => stale.commit(totalOf(bytes)));
    const held = await heldBy(fresh);
    for (const block of held) await fresh.keep(block);
    await fresh.write(blockOf(bytes, 0));
    await fresh.write(blockOf(bytes, 1));
    await fresh.commit(totalOf(bytes));
    assertEquals(await get(at.files, "f"), bytes);
  },
};
