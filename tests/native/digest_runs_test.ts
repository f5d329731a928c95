import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_DIGESTS_PER_FRAME } from "../../lib/base/limits.ts";
import { eachDigest } from "../../lib/blocks/manifest.ts";
import { DigestRuns } from "../../lib/native/digest_runs.ts";
import { decodeDigestRun } from "../../lib/native/messages.ts";
import { pure } from "../../testing/pure.ts";
import { joined } from "../../testing/bytes.ts";

/** A digest that contains the number of its block. */
function digestOf(index: number): Uint8Array {
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(28, index);
  return digest;
}

/** Decodes payloads to block numbers, and the numbers in their digests. */
function arrived(payloads: readonly Uint8Array[]): [number, number][] {
  return payloads.flatMap((payload) => {
    const { first, digests } = decodeDigestRun(joined(new Uint8Array(4), payload));
    return [...eachDigest(digests)].map((digest, i): [number, number] => [
      first + i,
      new DataView(digest.buffer, digest.byteOffset).getUint32(28),
    ]);
  });
}

pure("DigestRuns sends a run in one frame, and starts another frame after a gap", async () => {
  const sent: Uint8Array[] = [];
  const runs = new DigestRuns((payload) => Promise.resolve(void sent.push(payload)));
  for (const index of [0, 1, 2, 5, 6]) await runs.add(index, digestOf(index));
  await runs.flush();
  await runs.flush();
  assertEquals(sent.length, 2);
  assertEquals(arrived(sent), [[0, 0], [1, 1], [2, 2], [5, 5], [6, 6]]);
});

pure("DigestRuns sends a frame once it is full", async () => {
  const sent: Uint8Array[] = [];
  const runs = new DigestRuns((payload) => Promise.resolve(void sent.push(payload)));
  for (let i = 0; i < MAX_DIGESTS_PER_FRAME; i++) await runs.add(i, digestOf(i));
  assertEquals(sent.length, 0);
  await runs.add(MAX_DIGESTS_PER_FRAME, digestOf(MAX_DIGESTS_PER_FRAME));
  assertEquals(sent.length, 1);
  await runs.flush();
  assertEquals(sent.map((payload) => (payload.length - 4) / 32), [MAX_DIGESTS_PER_FRAME, 1]);
});

pure("DigestRuns keeps each digest with its block in overlapping calls", async () => {
  const gates: (() => void)[] = [];
  const sent: Uint8Array[] = [];
  const runs = new DigestRuns((payload) => {
    sent.push(payload);
    return new Promise((resolve) => gates.push(resolve));
  });
  const indexes = [0, 1, 4, 6, 7, 9];
  const adding = indexes.map((index) => runs.add(index, digestOf(index)));
  const flushed = runs.flush();
  for (const open of gates) open();
  await Promise.all([...adding, flushed]);
  assertEquals(arrived(sent), indexes.map((index) => [index, index]));
});

pure("DigestRuns loses no digest in any order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5000), { maxLength: 60 }), async (indexes) => {
      const sent: Uint8Array[] = [];
      const runs = new DigestRuns((payload) => Promise.resolve(void sent.push(payload)));
      await Promise.all(indexes.map((index) => runs.add(index, digestOf(index))));
      await runs.flush();
      assertEquals(arrived(sent), indexes.map((index) => [index, index]));
    }),
    { numRuns: 50 },
  );
});
