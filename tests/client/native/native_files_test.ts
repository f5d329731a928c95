import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES, MAX_MANIFEST_BLOCKS, MAX_RANGES } from "../../../lib/base/limits.ts";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import type { NativeFiles } from "../../../lib/client/native/native_files.ts";
import { encodeBlockHeader, encodeDigestRun, encodeJson } from "../../../lib/native/messages.ts";
import { pure } from "../../../testing/pure.ts";
import { text } from "../../conformance/content.ts";
import { endsAs, INFO, play } from "./scene.ts";

const DIGEST = new Uint8Array(32);
const SMALL = smallFile({ path: "f", bytes: text("f"), mtimeMs: 0, executable: false });

pure("NativeFiles refuses an answer for a different path", async () => {
  const questions: ["RPLY" | "ITEM", (files: NativeFiles) => Promise<unknown>][] = [
    ["RPLY", (files) => files.stat("g")],
    ["ITEM", (files) => files.manifest("g")],
    ["ITEM", (files) => files.read("g")],
    ["ITEM", (files) => files.stage("g", { precondition: { kind: "absent" } })],
  ];
  for (const [type, ask] of questions) {
    await using at = await play();
    const asking = ask(at.files);
    asking.catch(() => {});
    const { id } = await at.asked();
    const answer = { ...INFO, token: "upload_1" };
    await at.server.sendOn(id, type, encodeJson(type === "RPLY" ? answer : [answer]));
    const message = await endsAs("integrity", asking);
    assertEquals(message, "requested g, but the server answered for f");
  }
});

pure(
  "server-sends-more-than-it-said: a file with more digests than a client can keep",
  async () => {
    await using at = await play();
    const opening = at.files.manifest("f");
    const { id } = await at.asked();
    const bytes = (MAX_MANIFEST_BLOCKS + 1) * BLOCK_BYTES;
    await at.server.sendOn(id, "ITEM", encodeJson([{ ...INFO, bytes }]));
    await using manifest = await opening;
    await endsAs("limit", Array.fromAsync(manifest.digests));
  },
);

pure("NativeFiles refuses an incomplete list", async () => {
  await using at = await play();
  const listing = Array.fromAsync(at.files.list("."));
  listing.catch(() => {});
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
  await at.server.sendOn(id, "RPLY", encodeJson({ items: 2 }));
  assertEquals(await endsAs("integrity", listing), "the list of . has 1 of 2 names");
});

pure("NativeFiles ends calls whose reply comes without content", async () => {
  const calls: ((files: NativeFiles) => Promise<unknown>)[] = [
    (files) => files.stage("f"),
    (files) => files.read("f"),
    (files) => files.manifest("f"),
    (files) => files.writeMany([SMALL]),
    (files) => Array.fromAsync(files.readMany(["f"])),
  ];
  for (const call of calls) {
    await using at = await play();
    const calling = call(at.files);
    calling.catch(() => {});
    await at.server.sendOn((await at.asked()).id, "RPLY", text("{}"));
    await endsAs("protocol", calling);
  }
});

pure(
  "NativeFiles refuses blocks that were not requested (server-sends-more-than-it-said)",
  async () => {
    const block = (index: number, length: number) =>
      encodeBlockHeader({ index, length, digest: DIGEST });
    const wrong = [block(1, BLOCK_BYTES), block(0, 5)];
    for (const header of wrong) {
      await using at = await play();
      const opening = at.files.read("f");
      const { id } = await at.asked();
      await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
      await using reading = await opening;
      const blocks = reading.blocks[Symbol.asyncIterator]();
      const next = blocks.next();
      next.catch(() => {});
      await at.server.sendOn(id, "BLCK", header);
      const { length } = { length: header[7] === 5 ? 5 : BLOCK_BYTES };
      for (let left = length; left > 0; left -= 262_144) {
        await at.server.sendOn(id, "DATA", new Uint8Array(Math.min(left, 262_144)));
      }
      await endsAs("protocol", next);
    }
  },
);

pure("NativeFiles ends a call on an unreadable answer, or one without a call", async () => {
  for (
    const [type, other, payload] of [
      ["FAIL", 0, text('{"code":"not_fo')],
      ["RPLY", 0, text("{")],
      ["FAIL", 1, text('{"code":"not_found","message":"m","retryable":false}')],
      ["RPLY", 1, text("{}")],
    ] as const
  ) {
    await using at = await play();
    const asking = at.files.stat("f");
    asking.catch(() => {});
    const { id } = await at.asked();
    await at.server.sendOn(id + other, type, payload);
    await endsAs("protocol", asking);
  }
});

pure("NativeFiles allocates nothing for an announced size", async () => {
  await using at = await play();
  const opening = at.files.read("f");
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([{ ...INFO, bytes: Number.MAX_SAFE_INTEGER }]));
  await using reading = await opening;
  const blocks = Array.fromAsync(reading.blocks);
  blocks.catch(() => {});
  await at.server.sendOn(id, "RPLY", text("{}"));
  await endsAs("protocol", blocks);
});

pure("NativeFiles refuses a manifest with gaps, too long, or too short", async () => {
  const runs = [
    [{ first: 1, count: 1 }],
    [{ first: 0, count: 1 }, { first: 0, count: 1 }],
    [{ first: 0, count: 3 }],
    [{ first: 0, count: 1 }],
  ];
  for (const run of runs) {
    await using at = await play();
    const opening = at.files.manifest("f");
    const { id } = await at.asked();
    await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
    await using manifest = await opening;
    const taking = Array.fromAsync(manifest.digests);
    taking.catch(() => {});
    for (const { first, count } of run) {
      const digests = new Uint8Array(32 * count);
      await at.server.sendOn(id, "DGST", encodeDigestRun({ first, digests }));
    }
    await at.server.sendOn(id, "RPLY", text("{}"));
    await endsAs("protocol", taking);
  }
});

pure(
  "NativeFiles refuses files and answers that were not requested (server-sends-unrequested-name)",
  async () => {
    await using at = await play();
    const reading = Array.fromAsync(at.files.readMany(["f"]));
    reading.catch(() => {});
    const { id } = await at.asked();
    const head = encodeJson([{
      path: "../../.bashrc",
      error: { code: "x", message: "", retryable: false },
    }]);
    const lengths = new Uint8Array(8);
    lengths[7] = head.length;
    await at.server.sendOn(id, "PACK", lengths, head);
    await endsAs("protocol", reading);

    const writing = at.files.writeMany([SMALL]);
    writing.catch(() => {});
    await at.server.next(id, "STOP");
    const second = await at.asked();
    await at.server.sendOn(second.id, "ITEM", text("[{}]"));
    await at.server.sendOn(second.id, "ITEM", encodeJson([{ path: "g", info: INFO }]));
    await endsAs("protocol", writing);
  },
);

pure("NativeFiles splits many ranges over several requests of the same revision", async () => {
  await using at = await play();
  const ranges = Array.from({ length: MAX_RANGES + 1 }, (_, i) => ({ start: 2 * i, end: 2 * i }));
  const opening = at.files.read("f", ranges);
  const first = await at.asked();
  assert(first.request.op === "read");
  assertEquals([first.request.ranges?.length, first.request.revision], [MAX_RANGES, undefined]);
  await at.server.sendOn(first.id, "ITEM", encodeJson([INFO]));
  await using reading = await opening;
  const taking = Array.fromAsync(reading.blocks);
  await at.server.sendOn(first.id, "RPLY", text("{}"));
  const second = await at.asked();
  assert(second.request.op === "read");
  assertEquals([second.request.ranges?.length, second.request.revision], [1, "r"]);
  await at.server.sendOn(second.id, "ITEM", encodeJson([INFO]));
  await at.server.sendOn(second.id, "RPLY", text("{}"));
  assertEquals(await taking, []);
});
