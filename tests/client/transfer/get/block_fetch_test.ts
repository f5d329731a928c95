import { partPaths } from "../../../../lib/client/transfer/get/part_names.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { BLOCK_BYTES, MAX_BLOCK_REPAIRS } from "../../../../lib/base/limits.ts";
import { DigestList } from "../../../../lib/blocks/manifest.ts";
import { fetchBlocks, rangesOf } from "../../../../lib/client/transfer/get/block_fetch.ts";
import type { TransferEvent } from "../../../../lib/client/remote/transfer_events.ts";
import { PartFile } from "../../../../lib/client/transfer/get/part_file.ts";
import { Progress } from "../../../../lib/client/remote/progress.ts";
import {
  type TransferContext,
  transferContext,
} from "../../../../lib/client/remote/transfer_context.ts";
import type { Block, BlockRange, Files } from "../../../../lib/service/files.ts";
import { blocksOf, content } from "../../../conformance/content.ts";
import { pure } from "../../../../testing/pure.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";

const BYTES = content(3 * BLOCK_BYTES + 7);

interface Lies {
  /** How often a block is damaged before it comes as it is. */
  readonly damage?: Readonly<Record<number, number>>;
  /** Blocks that do not come unless they are asked for by number. */
  readonly leaveOut?: readonly number[];
}

/** A server of one file that does not always send what it should. */
function lying({ damage = {}, leaveOut = [] }: Lies) {
  const asked: (readonly BlockRange[] | undefined)[] = [];
  const left: Record<number, number> = { ...damage };
  async function* blocks(ranges?: readonly BlockRange[]): AsyncGenerator<Block> {
    const wanted = ({ index }: Block) =>
      ranges?.some(({ start, end }) => index >= start && index < end) ?? !leaveOut.includes(index);
    for (const block of blocksOf(BYTES).filter(wanted)) {
      if ((left[block.index] ?? 0) > 0) {
        left[block.index]!--;
        block.bytes[0]! ^= 1;
      }
      yield block;
    }
  }
  const info = {
    ...{ path: "f", type: "file", bytes: BYTES.length, mtimeMs: 0 } as const,
    ...{ executable: false, revision: "r" },
  };
  const files = {
    read: (_path: string, ranges?: readonly BlockRange[]) => {
      asked.push(ranges);
      return Promise.resolve({
        ...{ info, blocks: blocks(ranges) },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
  } as unknown as Files;
  return { files, asked };
}

async function fetching(
  lies: Lies,
  check: (
    fetch: () => Promise<unknown>,
    part: PartFile,
    notices: string[],
    asked: unknown[],
  ) => Promise<void>,
): Promise<void> {
  await using dir = await tempDir();
  const notices: string[] = [];
  const onEvent = (event: TransferEvent) => {
    if (event.kind === "notice") notices.push(event.text);
  };
  const options = { existing: "refuse", times: true, resume: true } as const;
  using context: TransferContext = transferContext(options, onEvent, undefined);
  using part = PartFile.open(partPaths(dir.join("f")));
  const { files, asked } = lying(lies);
  const progress = new Progress(onEvent, "get", "f", BYTES.length);
  const job = { request: { name: "f", context, progress }, part, digests: new DigestList() };
  await check(() => fetchBlocks(files, job), part, notices, asked);
}

Deno.test("fetchBlocks writes every block where it belongs", async () => {
  await fetching({}, async (fetch, part, notices, asked) => {
    await fetch();
    const found = new Uint8Array(BYTES.length);
    await part.readAt(0, found);
    assertEquals([found, notices, asked], [BYTES, [], [undefined]]);
  });
});

Deno.test("fetchBlocks asks for a damaged block again, alone (bit-flip-in-flight)", async () => {
  await fetching({ damage: { 1: 1, 3: 2 } }, async (fetch, part, notices, asked) => {
    await fetch();
    const found = new Uint8Array(BYTES.length);
    await part.readAt(0, found);
    assertEquals(found, BYTES);
    assertEquals(asked.slice(1), [
      [{ start: 1, end: 2 }, { start: 3, end: 4 }],
      [{ start: 3, end: 4 }],
    ]);
    assertEquals(notices.length, 2);
  });
});

Deno.test("fetchBlocks names the block that stays damaged (bit-flip-on-disk)", async () => {
  await fetching({ damage: { 2: Infinity } }, async (fetch, _part, notices) => {
    const error = await assertRejects(fetch, FtError);
    assertEquals([error.code, error.retryable, error.subject], ["integrity", false, "f"]);
    assertEquals(
      error.message,
      `block 2 (from byte ${2 * BLOCK_BYTES}) of f is damaged at its source`,
    );
    assertEquals(notices.length, MAX_BLOCK_REPAIRS);
  });
});

Deno.test("fetchBlocks refuses a file with blocks left out", async () => {
  await fetching({ leaveOut: [2] }, async (fetch) => {
    assertEquals((await assertRejects(fetch, FtError)).code, "protocol");
  });
});

pure("rangesOf makes runs of numbers into ranges", () => {
  assertEquals(rangesOf([]), []);
  assertEquals(rangesOf([0, 1, 2, 5, 7, 8]), [
    ...[{ start: 0, end: 3 }, { start: 5, end: 6 }, { start: 7, end: 9 }],
  ]);
});
