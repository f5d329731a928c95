/**
 * TLS to a port that has none: a client says so at once where it can be sure, and how to go on.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { KnownHosts } from "../../lib/client/trust/known_hosts.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

/** Connects over TLS, with an empty file of known servers. */
async function failure(port: number, known = ""): Promise<FtError> {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("known_hosts"), known);
  const trust = { knownHosts: new KnownHosts(dir.join("known_hosts")) };
  const endpoint = parseEndpoint(`fts://127.0.0.1:${port}`);
  return await assertRejects(() => openRemote(endpoint, { timeoutMs: 10_000, trust }), FtError);
}

Deno.test("a client that expects TLS names the plaintext port that it finds, and does not retry", async () => {
  await using server = await testServer();
  const error = await failure(server.port);
  assertEquals([error.code, error.retryable], ["protocol", false]);
  const at = `127.0.0.1:${server.port}`;
  assertEquals(error.message, `${at} does not speak TLS: for plaintext, name it ft://${at}`);
});

Deno.test("a client retries where a port ends every connection, as a full server does", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ended = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const error = await failure(listener.addr.port);
  assertEquals([error.code, error.retryable], ["network", true]);
  listener.close();
  await ended;
});

Deno.test("a host that used TLS before is not asked in plaintext", async () => {
  await using server = await testServer();
  const known = `127.0.0.1:${server.port} authority\n`;
  const error = await failure(server.port, known);
  assertEquals(error.code, "network");
  assert(!server.logged("dialect").some(([, dialect]) => dialect === "native"));
});
