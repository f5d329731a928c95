import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FreshRegion } from "../../lib/storage/fresh_region.ts";
import { pure } from "../../testing/pure.ts";

const KiB = 1024;
const PIECE = 64 * KiB;

/** A file in memory whose gaps read as zeros. Counts the bytes that are written. */
class SparseModel {
  readonly bytes: Uint8Array;
  readonly #region: FreshRegion;
  written = 0;

  constructor(size: number, old: number) {
    this.bytes = new Uint8Array(size).fill(0xaa, 0, old);
    this.#region = new FreshRegion(old);
  }

  write(offset: number, bytes: Uint8Array): void {
    for (const run of this.#region.runs(offset, bytes)) {
      this.bytes.set(run.bytes, run.offset);
      this.written += run.bytes.length;
    }
  }
}

const runsOf = (region: FreshRegion, offset: number, bytes: Uint8Array) =>
  [...region.runs(offset, bytes)].map((run) => [run.offset, run.bytes.length]);

pure("FreshRegion writes data as one run, and zeros not at all", () => {
  const region = new FreshRegion(0);
  assertEquals(runsOf(region, 0, new Uint8Array(16 * PIECE).fill(1)), [[0, 16 * PIECE]]);
  assertEquals(runsOf(region, 16 * PIECE, new Uint8Array(16 * PIECE)), []);
  const mixed = new Uint8Array(16 * PIECE);
  mixed[5 * PIECE] = 1;
  mixed[8 * PIECE - 1] = 1;
  assertEquals(runsOf(region, 32 * PIECE, mixed), [[37 * PIECE, PIECE], [39 * PIECE, PIECE]]);
  assertEquals(runsOf(region, 48 * PIECE, new Uint8Array(5)), [], "it extends a hole");
  assertEquals(runsOf(region, 50 * PIECE, new Uint8Array(PIECE).fill(1)), [[50 * PIECE, PIECE]]);
  assertEquals(runsOf(region, 51 * PIECE, new Uint8Array(4095)), [[51 * PIECE, 4095]]);
});

pure("FreshRegion writes zeros over content, and over what the file had before", () => {
  const region = new FreshRegion(2 * PIECE + 1);
  const zeros = new Uint8Array(4 * PIECE);
  assertEquals(runsOf(region, 0, zeros), [[0, 3 * PIECE]]);
  assertEquals(runsOf(region, 3 * PIECE, zeros.subarray(0, PIECE)), [], "it was not written");
  assertEquals(runsOf(region, 3 * PIECE, zeros.subarray(0, PIECE).slice().fill(1)), [
    [3 * PIECE, PIECE],
  ]);
  assertEquals(runsOf(region, 3 * PIECE, zeros.subarray(0, PIECE)), [[3 * PIECE, PIECE]]);
});

pure("FreshRegion keeps a hole whose block arrives after the next one", () => {
  const region = new FreshRegion(0);
  assertEquals(runsOf(region, 4 * PIECE, new Uint8Array(PIECE).fill(1)), [[4 * PIECE, PIECE]]);
  assertEquals(runsOf(region, 0, new Uint8Array(4 * PIECE)), []);
  assertEquals(runsOf(region, PIECE, new Uint8Array(PIECE).fill(1)), [[PIECE, PIECE]]);
  assertEquals(runsOf(region, 0, new Uint8Array(4 * PIECE)), [[PIECE, PIECE]]);
});

pure("FreshRegion leaves the content that writing everything would leave", () => {
  const size = 40 * PIECE;
  const write = fc.record({
    at: fc.integer({ min: 0, max: 39 }),
    shift: fc.constantFrom(0, 0, 0, 1, 5000),
    pieces: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    cut: fc.constantFrom(0, 0, 1, 4000),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 * PIECE }), fc.array(write), (old, writes) => {
      const sparse = new SparseModel(size, old);
      const dense = new Uint8Array(size).fill(0xaa, 0, old);
      writes.forEach(({ at, shift, pieces, cut }, i) => {
        const bytes = new Uint8Array(pieces.length * PIECE - cut);
        pieces.forEach((data, p) => data && bytes.fill(i + 1, p * PIECE, (p + 1) * PIECE));
        const offset = at * PIECE + shift;
        const part = bytes.subarray(0, Math.max(0, size - offset));
        sparse.write(offset, part);
        dense.set(part, offset);
      });
      assertEquals(sparse.bytes, dense);
    }),
    { numRuns: 150 },
  );
});
