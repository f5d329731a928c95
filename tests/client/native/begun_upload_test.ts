import { assertEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { encodeJson } from "../../../lib/native/messages.ts";
import { encodeFailure } from "../../../lib/native/schemas.ts";
import type { StageOptions } from "../../../lib/service/files.ts";
import { pure } from "../../../testing/pure.ts";
import { endsAs, INFO, play } from "./scene.ts";

const OPTIONS: StageOptions = { precondition: { kind: "absent" }, bytes: 5, token: "token_123" };
const BEGUN = encodeJson([{ token: "token_123", path: "f" }]);

/** A client that has begun an upload of `f`. */
async function begun() {
  const at = await play();
  at.files.stageAhead({ name: "f", options: OPTIONS });
  const { id, request } = await at.asked();
  return { at, id, request };
}

pure("BegunUpload asks for an upload or what has the name, and hands the upload out", async () => {
  const { at, id, request } = await begun();
  await using _at = at;
  const { op, stat } = request as { op: string; stat?: boolean };
  assertEquals([op, stat], ["stage", true]);
  await at.server.sendOn(id, "ITEM", BEGUN);
  await endsAs("not_found", at.files.stat("f"));
  await using upload = await at.files.stage("f", OPTIONS);
  assertEquals(upload.token, "token_123");
  // The answer is used once.
  const looking = at.files.stat("f");
  const again = await at.asked();
  assertEquals(again.request.op, "stat");
  await at.server.sendOn(again.id, "RPLY", encodeJson(INFO));
  assertEquals((await looking).revision, "r");
});

pure("BegunUpload returns what has the name, and a later upload is another one", async () => {
  const { at, id } = await begun();
  await using _at = at;
  await at.server.sendOn(id, "RPLY", encodeJson(INFO));
  assertEquals((await at.files.stat("f")).revision, "r");
  const staging = at.files.stage("f", OPTIONS);
  const next = await at.asked();
  assertEquals((next.request as { stat?: boolean }).stat, undefined);
  await at.server.sendOn(next.id, "ITEM", BEGUN);
  await using _upload = await staging;
});

pure("BegunUpload asks a server that is older what has the name", async () => {
  const { at, id } = await begun();
  await using _at = at;
  const taken = encodeFailure(new FtError("conflict", "already exists: f", { name: "f" }));
  await at.server.sendOn(id, "FAIL", encodeJson(taken));
  const looking = at.files.stat("f");
  const next = await at.asked();
  assertEquals(next.request, { op: "stat", path: "f" });
  await at.server.sendOn(next.id, "RPLY", encodeJson(INFO));
  assertEquals((await looking).revision, "r");
});

pure("BegunUpload is stopped if another upload is wanted", async () => {
  const { at, id } = await begun();
  await using _at = at;
  await at.server.sendOn(id, "ITEM", BEGUN);
  await endsAs("not_found", at.files.stat("f"));
  const staging = at.files.stage("f", { ...OPTIONS, bytes: 6 });
  await at.server.next(id, "STOP");
  const next = await at.asked();
  await at.server.sendOn(next.id, "ITEM", BEGUN);
  await using _upload = await staging;
});

pure("BegunUpload passes on why there is no upload", async () => {
  const { at, id } = await begun();
  await using _at = at;
  const full = encodeFailure(new FtError("disk_full", "no space", { name: "f" }));
  await at.server.sendOn(id, "FAIL", encodeJson(full));
  await endsAs("disk_full", at.files.stat("f"));
  await endsAs("disk_full", at.files.stage("f", OPTIONS));
});
