/**
 * A server that wants to fill the memory of its client.
 *
 * @module
 */

import { assert, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  BLOCK_BYTES,
  MAX_HELD_BLOCKS,
  MAX_LISTED_CHARS,
  MAX_LISTED_NAMES,
  MAX_MESSAGE_BYTES,
} from "../../lib/base/limits.ts";
import { DigestList } from "../../lib/blocks/manifest.ts";
import { framedCodec } from "../../lib/client/legacy/framed_codec.ts";
import { JsonServer } from "../../lib/client/legacy/json_server.ts";
import { PersistentServer } from "../../lib/client/legacy/persistent_server.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { planGet } from "../../lib/client/transfer/get/get_plan.ts";
import { BlockSender, type SendRequest } from "../../lib/client/transfer/put/block_send.ts";
import type { FileInfo, Files, HeldBlock, Upload } from "../../lib/service/files.ts";
import { decodeJson, encodeJson } from "../../lib/native/messages.ts";
import { chatMessageSchema } from "../../lib/native/chat_schemas.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { lengthAnd } from "../../testing/network/raw_peer.ts";
import { scriptedServer } from "../../testing/network/scripted_server.ts";

const facts = { mtimeMs: 0, executable: false, revision: "1" };

const LONG = Array.from({ length: 15 }, () => "a".repeat(240));

/** A listing that ends long after any client should have stopped. */
function endless(name: (n: number) => string, limit: number): { files: Files; sent: () => number } {
  let sent = 0;
  const files = {
    stat: () => Promise.resolve({ path: "d", type: "dir", bytes: 0, ...facts }),
    async *list(): AsyncGenerator<FileInfo> {
      while (sent < limit * 2) {
        yield { path: `d/${name(sent++)}`, type: "file", bytes: 0, ...facts };
      }
    },
  } as unknown as Files;
  return { files, sent: () => sent };
}

for (
  const [what, name, limit] of [
    ["short", (n: number) => n.toString(36), MAX_LISTED_NAMES],
    ["long", (n: number) => [n, ...LONG].join("/"), MAX_LISTED_CHARS / 3600],
  ] as const
) {
  Deno.test(`server-sends-more-than-it-said: an endless list of ${what} names`, async () => {
    const { files, sent } = endless(name, limit);
    const request = { name: "d", dir: "/tmp", recursive: true, dryRun: true };
    const error = await assertRejects(() => planGet(files, request), FtError);
    assert(error.code === "limit", error.message);
    assert(sent() < limit * 1.1, `it took ${sent()} names`);
  });
}

Deno.test("server-sends-more-than-it-said: held blocks without end", async () => {
  const sender = (bytes: number | undefined, have: () => AsyncIterable<HeldBlock>) =>
    new BlockSender({ have } as unknown as Upload, { bytes } as unknown as SendRequest);
  const digest = new Uint8Array(32);
  async function* same(): AsyncGenerator<HeldBlock> {
    for (let n = 0; n < 1000; n++) yield await Promise.resolve({ index: 0, digest });
  }
  const repeated = sender(BLOCK_BYTES, same).keepHeld(new DigestList());
  const error = await assertRejects(() => repeated, FtError);
  assert(error.code === "protocol");
  let kept = 0;
  async function* many(): AsyncGenerator<HeldBlock> {
    for (let index = 0; index < MAX_HELD_BLOCKS * 2; index++) {
      // A digest that is kept is copied, which this counts.
      const counted = Object.assign(digest.slice(), { slice: () => (kept++, digest) });
      yield await Promise.resolve({ index, digest: counted });
    }
  }
  await sender(BLOCK_BYTES * 10, many).keepHeld(new DigestList());
  assert(kept === 10, `${kept}`);
  kept = 0;
  await sender(undefined, many).keepHeld(new DigestList());
  assert(kept === MAX_HELD_BLOCKS, `${kept}`);
});

Deno.test("server-sends-more-than-it-said: a json list of too many names", async () => {
  const names = "a\n".repeat(MAX_LISTED_NAMES + 1);
  const message = lengthAnd(JSON.stringify({ status: "Success", response: names }));
  await using server = scriptedServer(async (peer) => {
    await peer.hear();
    await peer.say(message);
  });
  const endpoint = parseEndpoint(`ft+json://127.0.0.1:${server.port}`);
  await using client = await JsonServer.open({ endpoint, timeoutMs: 10_000 });
  const error = await assertRejects(() => client.list("."), FtError);
  assert(error.code === "limit", error.message);
});

Deno.test("server-sends-more-than-it-said: broadcasts of the maximum frame", async () => {
  await using server = scriptedServer(async (peer) => {
    await peer.say(encodeFrame("CHAT", new Uint8Array(16 * MAX_MESSAGE_BYTES).fill(97)));
    await peer.hear();
  });
  const endpoint = parseEndpoint(`ft+framed://127.0.0.1:${server.port}`);
  await using client = await PersistentServer.open(framedCodec, { endpoint, timeoutMs: 10_000 });
  const { value } = await client.listen(0).next();
  assert(value.text.length <= 2 * MAX_MESSAGE_BYTES, `${value.text.length} characters are kept`);
});

Deno.test("server-sends-more-than-it-said: a chat message longer than any", () => {
  const message = (text: string) =>
    encodeJson({ sequence: 1, kind: "message", from: "ana", text, atMs: 0 });
  decodeJson(chatMessageSchema, message("a".repeat(MAX_MESSAGE_BYTES)), "MESG");
  const long = message("a".repeat(MAX_MESSAGE_BYTES + 1));
  assertThrows(() => decodeJson(chatMessageSchema, long, "MESG"), FtError, "MESG is not valid");
});
