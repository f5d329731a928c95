/**
 * Packs that arrive while the server writes others are written together.
 */

import { assertEquals } from "@std/assert";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import { native } from "../../../lib/dialects/native/native.ts";
import { uint32s } from "../../../lib/native/messages.ts";
import { packedHead, PackSender } from "../../../lib/native/packs.ts";
import type { FileInfo, Files, SmallFile } from "../../../lib/service/files.ts";
import { serveDialect } from "../../../testing/dialect_session.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";
import { text } from "../../conformance/content.ts";

/** Files whose first batch is written when the test says so. */
function slowFiles() {
  const [called, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const batches: string[][] = [];
  const files: Partial<Files> = {
    async writeMany(files: readonly SmallFile[]) {
      batches.push(files.map(({ path }) => path));
      called.resolve();
      await gate.promise;
      return files.map(({ path, bytes: { length: bytes } }) => {
        const info: FileInfo = {
          path,
          type: "file",
          bytes,
          mtimeMs: 0,
          executable: false,
          revision: "1",
        };
        return { path, value: info };
      });
    },
  };
  return { files: files as Files, batches, called: called.promise, open: () => gate.resolve() };
}

Deno.test("writeMany writes packs together that arrive while it writes, and answers each file", async () => {
  const { files, batches, called, open } = slowFiles();
  await using session = serveDialect(native, { login: { files } });
  const peer = new NativePeer(session.client);
  await peer.hello();
  await peer.request(1, { op: "writeMany", precondition: { kind: "absent" } });
  await peer.next(1, "ITEM");
  const packs = new PackSender({ send: (type, ...parts) => peer.sendOn(1, type, ...parts) });
  const pack = async (...names: string[]) => {
    for (const path of names) {
      const file = smallFile({ path, bytes: text(path), mtimeMs: 0, executable: false });
      await packs.add(packedHead(file), file.bytes);
    }
    await packs.flush();
  };
  await pack("a");
  await called;
  await pack("b", "c");
  await pack("d");
  await peer.sendOn(1, "COMT");
  await peer.send("PING", uint32s(1, 2));
  for (let frame = await peer.read(); frame?.type !== "PONG";) frame = await peer.read();
  open();
  const answered: string[] = [];
  for (let frame = await peer.next(1, "ITEM", "RPLY"); frame.type === "ITEM";) {
    const items = JSON.parse(new TextDecoder().decode(frame.payload.subarray(4)));
    answered.push(...items.map(({ path }: { path: string }) => path));
    frame = await peer.next(1, "ITEM", "RPLY");
  }
  assertEquals(answered, ["a", "b", "c", "d"]);
  assertEquals(batches, [["a"], ["b", "c", "d"]]);
});
