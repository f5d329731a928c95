import { assertEquals } from "@std/assert";
import { decodeDigestRun, encodeBlockAck, encodeJson } from "../../../lib/native/messages.ts";
import { MAX_KEPT_PER_FRAME } from "../../../lib/base/limits.ts";
import { pure } from "../../../testing/pure.ts";
import { blockOf, text } from "../../conformance/content.ts";
import { endsAs, INFO, play } from "./scene.ts";

pure("NativeUpload refuses an acknowledgement of a block that was not sent", async () => {
  await using at = await play();
  const staging = at.files.stage("f");
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  await using upload = await staging;
  await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  assertEquals(await Array.fromAsync(upload.have()), []);
  const writing = upload.write(blockOf(text("x"), 0));
  writing.catch(() => {});
  await at.server.next(id, "DATA");
  await at.server.sendOn(id, "ACKN", encodeBlockAck({ index: 9, ok: true }));
  await endsAs("protocol", writing);
});

/** Stages an upload, which the server accepts. */
async function staged(at: Awaited<ReturnType<typeof play>>) {
  const staging = at.files.stage("f");
  const { id } = await at.asked();
  for (let n = 0; n < 2; n++) {
    await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  }
  return { id, staging };
}

pure("NativeUpload stops waiting for acknowledgements when the exchange ends", async () => {
  await using at = await play();
  const { id, staging } = await staged(at);
  await using upload = await staging;
  const writing = upload.write(blockOf(text("x"), 0));
  writing.catch(() => {});
  await at.server.next(id, "DATA");
  await at.server.sendOn(id, "RPLY", encodeJson(INFO));
  await endsAs("protocol", writing);
});

pure("NativeUpload tells the server early which blocks to keep", async () => {
  await using at = await play();
  const { id, staging } = await staged(at);
  await using upload = await staging;
  const digest = new Uint8Array(32);
  for (let index = 0; index <= MAX_KEPT_PER_FRAME; index++) await upload.keep({ index, digest });
  const { digests } = decodeDigestRun((await at.server.next(id, "KEEP")).payload);
  assertEquals(digests.length, 32 * MAX_KEPT_PER_FRAME);
});
