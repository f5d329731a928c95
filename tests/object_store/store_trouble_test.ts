/**
 * A server whose store is busy, full or slow: real programs, a real store, and a proxy between them.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { Client } from "../../lib/client/client.ts";
import type { SaveOptions } from "../../lib/client/remote_file.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { sampleBytes } from "../../testing/content.ts";
import { type StoreProxy, storeProxy } from "../../testing/network/store_proxy.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { until } from "../../testing/until.ts";

const shared = sharedCeph();
const { accessKey, secretKey } = CEPH_CREDENTIALS;
/** The server itself tries a busy store again, several times. */
const TIMEOUT_MS = 8 * 60_000;
const LARGE = sampleBytes(9 * 1024 * 1024);
const SMALL = sampleBytes(3000);

/** A server behind whose back the store can change its mood, and a client without retries. */
async function scene() {
  const stack = new AsyncDisposableStack();
  const proxy: StoreProxy = stack.use(await storeProxy(shared.ceph.endpoint));
  const dir = stack.use(await tempDir());
  const server = stack.use(
    await ServerProcess.start({
      state: dir.join("state"),
      env: { FTSERVER_S3_ACCESS_KEY: accessKey, FTSERVER_S3_SECRET_KEY: secretKey },
      args: [
        ...["--store", (await shared.newUrl()).replace(shared.ceph.endpoint, proxy.endpoint)],
        ...["--metrics", "http://127.0.0.1:0"],
      ],
    }),
  );
  // The program is ready before its log has said so.
  const metrics = (await server.logs(/metrics=\S+/)).replace("metrics=", "");
  const open = () => openRemote(parseEndpoint(server.url), { timeoutMs: 60_000 });
  const client = stack.use(new Client(open, { retries: 0, identity: crypto.randomUUID() }));
  return {
    ...{ proxy, server, client },
    /** Uploads a local file: content in memory could be sent only once. */
    async put(content: Uint8Array, name: string, options?: SaveOptions) {
      const local = dir.join(name);
      await Deno.writeFile(local, content);
      await client.put(local, name, options);
    },
    async health() {
      const answer = await fetch(`${metrics}/healthz`);
      await answer.body?.cancel();
      return answer.status;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The code of the error with which something is refused, and whether trying again may help. */
async function refusal(work: Promise<unknown>): Promise<[string, boolean]> {
  const { code, retryable } = await assertRejects(() => work, FtError);
  return [code, retryable];
}

Deno.test(
  "a store that takes no writes is read from, and says what it is; both sides heal",
  { ...NEEDS_CEPH, timeout: TIMEOUT_MS },
  async () => {
    await using at = await scene();
    const { client, proxy } = at;
    await at.put(LARGE, "large");
    await at.put(SMALL, "small");
    const cases = [
      { refuses: [503, "SlowDown"], expected: ["limit", true] },
      { refuses: [403, "QuotaExceeded"], expected: ["disk_full", false] },
    ] as const;
    for (const { refuses, expected } of cases) {
      proxy.mood = { refuses, onlyWrites: true };
      const code = refuses[1];
      assertEquals(await refusal(at.put(SMALL, `small-${code}`)), [...expected]);
      assertEquals(await refusal(at.put(LARGE, `large-${code}`)), [...expected]);
      const again = { existing: "overwrite" } as const;
      assertEquals(await refusal(at.put(sampleBytes(99, 2), "small", again)), [...expected]);
      assertEquals(await client.get("small").bytes(), SMALL);
      assertEquals(await client.get("large").bytes(), LARGE);
      proxy.mood = {};
      await at.put(LARGE, `large-${code}`);
      assertEquals(await client.get(`large-${code}`).bytes(), LARGE);
    }
    const names = (await Array.fromAsync(client.list())).map(({ path }) => path);
    assertEquals(names, ["large", "large-QuotaExceeded", "large-SlowDown", "small"]);
  },
);

Deno.test(
  "a store that answers 503 makes the health 503 and requests retryable, until it is back",
  { ...NEEDS_CEPH, timeout: TIMEOUT_MS },
  async () => {
    await using at = await scene();
    const { client, proxy, server } = at;
    await at.put(SMALL, "small");
    assertEquals(await at.health(), 200);
    proxy.mood = { refuses: [503, "ServiceUnavailable"] };
    await until(async () => await at.health() === 503);
    const from = server.log.length;
    assertEquals(await refusal(client.get("small").bytes()), ["limit", true]);
    assertEquals(await refusal(at.put(SMALL, "other")), ["limit", true]);
    proxy.mood = {};
    await server.logs(/root\.found/, from);
    assertEquals(await at.health(), 200);
    await at.put(SMALL, "other");
    assertEquals(await client.get("other").bytes(), SMALL);
  },
);

Deno.test(
  "a slow store makes a server slow, and nothing else",
  { ...NEEDS_CEPH, timeout: TIMEOUT_MS },
  async () => {
    await using at = await scene();
    const { client, proxy } = at;
    proxy.mood = { slowMs: 700 };
    await at.put(LARGE, "large");
    assertEquals(await client.get("large").bytes(), LARGE);
    assertEquals(await at.health(), 200);
  },
);
