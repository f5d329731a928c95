import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { STORE_RETRIES } from "../../lib/base/limits.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { closedPort } from "../../testing/network/closed_port.ts";
import { storeFailure, storeStub } from "../../testing/network/store_stub.ts";

const CREDENTIALS = { accessKey: "access", secretKey: "very-secret" };

function clientOf(endpoint: string, retryMs = 1): S3Client {
  return new S3Client(
    { endpoint, bucket: "b", prefix: "", region: "us-east-1" },
    CREDENTIALS,
    retryMs,
  );
}

/** The error of a request, and all that a log could show of it. */
async function failure(client: S3Client, method: "GET" | "HEAD" | "PUT" = "GET") {
  const error = await assertRejects(
    () => client.text({ method, key: "dir/a b+c", name: "dir/a b+c" }),
    FtError,
  );
  const shown = [error.message, error.stack, String(error.cause), (error.cause as Error)?.stack];
  assert(!shown.join().includes("very-secret"), "no error has the secret key");
  return error;
}

const REFUSALS = [
  { status: 403, code: "InvalidAccessKeyId", ours: "not_allowed", text: /access key/ },
  { status: 403, code: "SignatureDoesNotMatch", ours: "not_allowed", text: /secret key/ },
  { status: 403, code: "AccessDenied", ours: "not_allowed", text: /does not allow/ },
  { status: 403, code: "RequestTimeTooSkewed", ours: "not_allowed", text: /clocks/ },
  { status: 404, code: "NoSuchBucket", ours: "not_found", text: /bucket/ },
  { status: 403, code: "QuotaExceeded", ours: "disk_full", text: /full/ },
  { status: 507, code: "", ours: "disk_full", text: /full/ },
  { status: 400, code: "EntityTooLarge", ours: "limit", text: /size/ },
  { status: 412, code: "PreconditionFailed", ours: "conflict", text: /changed/ },
  { status: 301, code: "PermanentRedirect", ours: "usage", text: /region/ },
  { status: 418, code: "Teapot", ours: "internal", text: /418 Teapot/ },
] as const;

Deno.test("S3Client turns each refusal into one of our errors, at once", async () => {
  for (const { status, code, ours, text } of REFUSALS) {
    await using stub = storeStub(() => storeFailure(status, code));
    const error = await failure(clientOf(stub.endpoint));
    assertEquals([error.code, text.test(error.message)], [ours, true], error.message);
    assertEquals(stub.requests, ["GET /b/dir/a%20b%2Bc"], "it is not tried again");
  }
});

Deno.test("S3Client tries a busy store again, a bounded number of times, and counts it", async () => {
  for (const [status, code] of [[503, "SlowDown"], [503, ""], [500, "InternalError"], [429, ""]]) {
    await using stub = storeStub((_, number) =>
      number < 2 ? storeFailure(Number(status), String(code)) : new Response("fine")
    );
    const client = clientOf(stub.endpoint);
    assertEquals(await client.text({ method: "GET", key: "k" }), "fine");
    assertEquals(client.counts, { requests: 3, retries: 2 });
    assertEquals(client.fault, undefined);
  }
  await using stub = storeStub(() => storeFailure(503, "SlowDown"));
  const client = clientOf(stub.endpoint);
  const error = await failure(client);
  assertEquals([error.code, error.retryable, error.retryAfterMs], ["limit", true, 5000]);
  assertEquals(stub.requests.length, 1 + STORE_RETRIES);
  assertEquals(client.fault?.message, "the store is busy (503 SlowDown)");
});

Deno.test("S3Client reports a store that is down as retryable, and notices its return", async () => {
  const down = clientOf(`http://127.0.0.1:${closedPort()}`);
  const error = await failure(down);
  assertEquals([error.code, error.retryable], ["network", true]);
  assertEquals(down.fault?.message, "the store does not answer");
  await using stub = storeStub((_, number) => number === 0 ? cutShort() : new Response("fine"));
  const client = clientOf(stub.endpoint);
  assertEquals((await failure(client)).code, "network");
  assertEquals(client.fault?.message, "the store does not answer");
  assertEquals(await client.text({ method: "GET", key: "k" }), "fine");
  assertEquals(client.fault, undefined);
});

/** An answer whose connection breaks in its body. */
function cutShort(): Response {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) });
  return new Response(body, { headers: { "content-length": "100" } });
}

Deno.test("S3Client does not repeat a conditional write whose answer was lost", async () => {
  const down = clientOf(`http://127.0.0.1:${closedPort()}`);
  const condition = { "if-none-match": "*" };
  await assertRejects(() => down.send({ method: "PUT", key: "k", headers: condition }), FtError);
  assertEquals(down.counts, { requests: 1, retries: 0 });
});

Deno.test("S3Client ends a wait when its signal is aborted", async () => {
  await using stub = storeStub(() => storeFailure(503, "SlowDown"));
  const stopped = new AbortController();
  const client = clientOf(stub.endpoint, 60_000);
  const sending = client.send({ method: "GET", key: "k", signal: stopped.signal });
  while (client.counts.retries === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  stopped.abort(new FtError("interrupted", "stop"));
  assertEquals((await assertRejects(() => sending, FtError)).code, "interrupted");
});

Deno.test("S3Client refuses names whose dots a URL would resolve", async () => {
  await using stub = storeStub(() => new Response("fine"));
  const client = clientOf(stub.endpoint);
  for (const key of ["..", "a/../../other/x", "./x", "a/."]) {
    const error = await assertRejects(() => client.text({ method: "GET", key }), FtError);
    assertEquals(error.code, "not_allowed", key);
  }
  for (const key of ["...", "a/..b", ".x/y."]) await client.text({ method: "GET", key });
  assertEquals(stub.requests, ["GET /b/...", "GET /b/a/..b", "GET /b/.x/y."]);
});
