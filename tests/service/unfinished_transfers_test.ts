import { assertEquals, assertRejects } from "@std/assert";
import { SILENT } from "../../lib/base/log.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { LoggedFiles } from "../../lib/service/logged_files.ts";
import { TransferCounts } from "../../lib/service/transfer_counts.ts";
import { UnfinishedTransfers } from "../../lib/service/unfinished_transfers.ts";
import { ACTIONS, uniformPermission } from "../../lib/auth/permission.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { pure } from "../../testing/pure.ts";

pure(
  "each kind of transfer is unfinished until it is done, and stays so if it was cut",
  async () => {
    const content = { a: new Uint8Array(3), b: new Uint8Array(3) };
    using service = await memoryService({ content });
    const begin = () => {
      const seen: boolean[] = [];
      const files = new LoggedFiles(service.files("one", uniformPermission(ACTIONS)), {
        ...{ log: SILENT, counts: new TransferCounts() },
        by: { user: "ana", remote: "test:1", dialect: "native" },
        unfinished: new UnfinishedTransfers((any) => seen.push(any)),
      });
      return { files, seen };
    };
    const small = smallFile({
      ...{ path: "c", bytes: new Uint8Array(1), mtimeMs: 0, executable: false },
    });
    const whole = begin();
    await whole.files.writeMany([small]);
    await Array.fromAsync(whole.files.readMany(["a", "b"]));
    {
      await using reading = await whole.files.read("a");
      for await (const block of reading.blocks) block[Symbol.dispose]();
    }
    assertEquals(whole.seen, [true, false, true, false, true, false]);

    const signal = AbortSignal.abort(new Error("cut"));
    const cut = [
      async (files: LoggedFiles) => {
        for await (const _ of files.readMany(["a", "b"])) break;
      },
      async (files: LoggedFiles) => {
        await assertRejects(() => files.writeMany([small], { signal }));
      },
      async (files: LoggedFiles) => await (await files.read("a"))[Symbol.asyncDispose](),
      async (files: LoggedFiles) => await (await files.stage("d"))[Symbol.asyncDispose](),
    ];
    for (const work of cut) {
      const { files, seen } = begin();
      await work(files);
      assertEquals(seen, [true]);
    }
  },
);
