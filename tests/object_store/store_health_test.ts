import { assertEquals, assertRejects } from "@std/assert";
import { createLogger } from "../../lib/base/log.ts";
import { FtError } from "../../lib/base/errors.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { StoreHealth } from "../../lib/object_store/store_health.ts";
import { RootWatch } from "../../lib/server/root_watch.ts";
import { storeFailure, storeStub } from "../../testing/network/store_stub.ts";

Deno.test("StoreHealth says why a store cannot be used, and that it is back", async () => {
  let down = false;
  await using stub = storeStub(() =>
    down ? storeFailure(503, "ServiceUnavailable") : new Response("fine")
  );
  const place = { endpoint: stub.endpoint, bucket: "b", prefix: "p/", region: "us-east-1" };
  const client = new S3Client(place, { accessKey: "access", secretKey: "very-secret" }, 1);
  await using health = new StoreHealth(client, place);
  const events: string[] = [];
  using watch = new RootWatch(health, createLogger(({ event }) => events.push(event)));
  const request = { method: "GET", key: "k" } as const;
  await client.text(request);
  assertEquals([watch.look(), health.fault], [true, undefined]);
  down = true;
  await assertRejects(() => client.text(request), FtError);
  const fault = "the store is busy (503 ServiceUnavailable)";
  assertEquals([watch.look(), health.fault], [false, fault]);
  down = false;
  await client.text(request);
  assertEquals([watch.look(), health.fault], [true, undefined]);
  assertEquals(events, ["root.lost", "root.found"]);
  assertEquals(health.root, `s3://b/p/ at ${stub.endpoint}`);
});
