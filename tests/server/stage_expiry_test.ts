import { assertEquals } from "@std/assert";
import { STAGED_SWEEP_MS, STAGED_UPLOAD_TTL_MS } from "../../lib/base/limits.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { StageExpiry } from "../../lib/server/stage_expiry.ts";
import { QuotaUse } from "../../lib/service/quota_use.ts";
import { Stages } from "../../lib/service/stages.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

pure("StageExpiry removes old uploads while the server runs, but none that is open", async () => {
  using time = new FakeTime();
  const store = new MemoryStore();
  const stages = new Stages(store, new QuotaUse(store));
  const events: LogEvent[] = [];
  const log = createLogger((event) => events.push(event), "debug");
  const expiry = await StageExpiry.start({ store, stages, log });
  const open = (token: string) =>
    stages.open({ token, path: storePath("f"), holder: "one" }, () => [], 0);
  const tokens = async () => (await Array.fromAsync(store.staged())).map(({ token }) => token);
  {
    await using abandoned = await open("abandoned");
    await abandoned.writeAt(0, new Uint8Array(1));
  }
  const busy = await open("still_open");
  await busy.writeAt(0, new Uint8Array(1));
  await time.advance(STAGED_UPLOAD_TTL_MS - STAGED_SWEEP_MS);
  assertEquals(await tokens(), ["abandoned", "still_open"]);
  await time.advance(2 * STAGED_SWEEP_MS);
  assertEquals(await tokens(), ["still_open"]);
  assertEquals(events.map(({ event, fields }) => [event, fields.token]), [
    ["upload.expired", "abandoned"],
  ]);
  await expiry[Symbol.asyncDispose]();
  await busy[Symbol.asyncDispose]();
  await time.advance(2 * STAGED_UPLOAD_TTL_MS);
  assertEquals(await tokens(), ["still_open"]);
});
