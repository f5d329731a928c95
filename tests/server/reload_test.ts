import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { RemoteOptions } from "../../lib/client/remote_options.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { answerMetrics } from "../../lib/server/metrics.ts";
import { type Issued, makeAuthority, pinnedKey } from "../../testing/authority.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

Deno.test("reload applies other limits at once, and open connections stay", async () => {
  await using live = await testServer();
  await using first = await live.connect();
  await live.server.reload({ maxConnections: 1 });
  await assertRejects(live.connect, FtError);
  await first.ping();
  await live.server.reload({ maxConnections: 2 });
  await using second = await live.connect();
  await second.ping();
});

/** A server with a TLS listener whose certificate and key a test replaces. */
async function tlsServer(issued: Issued) {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const tls = { cert: dir.join("cert.pem"), key: dir.join("key.pem") };
  const write = async ({ cert, key }: Issued) => {
    await Deno.writeTextFile(tls.cert, cert);
    await Deno.writeTextFile(tls.key, key);
  };
  await write(issued);
  const live = stack.use(await testServer({ listen: ["fts://127.0.0.1:0"], tls }));
  const owned = stack.move();
  return {
    ...{ live, tls, write, [Symbol.asyncDispose]: () => owned.disposeAsync() },
    reload: () => live.server.reload({ tls }),
    connect: (trust: RemoteOptions["trust"]): Promise<Remote> =>
      openRemote(parseEndpoint(live.url), { timeoutMs: 5000, trust }),
    /** Reloads, expects a refusal, and returns its message. */
    async refused() {
      const error = await assertRejects(
        () => live.server.reload({ tls, maxConnections: 1 }),
        FtError,
      );
      assertEquals(error.code, "tls");
      return error.message;
    },
    warnings: () => live.events.filter(({ event }) => event === "certificate.warning").length,
  };
}

const DAY_MS = 24 * 3_600_000;
const EXPIRED = { notBefore: new Date(0), notAfter: new Date(Date.now() - DAY_MS) };

Deno.test("reload renews the certificate of the same key, and says so", async () => {
  const issue = await pinnedKey();
  await using server = await tlsServer(await issue());
  const { pin } = await openIdentity(server.live.state, server.tls);
  await using early = await server.connect({ pin });
  assertEquals(await server.reload(), { certificate: false });
  await server.write(await issue());
  assertEquals(await server.reload(), { certificate: true });
  assertEquals(server.live.logged("file").filter(([event]) => event === "certificate.used"), [
    ["certificate.used", server.tls.cert],
    ["certificate.used", server.tls.cert],
  ]);
  await using late = await server.connect({ pin });
  await Promise.all([early.ping(), late.ping()]);
});

Deno.test("reload refuses an invalid certificate and another key, and changes nothing", async () => {
  const issue = await pinnedKey();
  await using server = await tlsServer(await issue());
  const { pin } = await openIdentity(server.live.state, server.tls);
  const foreign = await (await pinnedKey())();
  await server.write(foreign);
  assertMatch(await server.refused(), /has another fingerprint .* restart the server/);
  await server.write(await (await makeAuthority()).issue("localhost"));
  assertMatch(await server.refused(), /has another fingerprint/);
  await server.write({ cert: foreign.cert, key: (await issue()).key });
  assertMatch(await server.refused(), /key\.pem: it is not the key of the first certificate/);
  await server.write({ cert: "no certificate", key: "" });
  assertMatch(await server.refused(), /cert\.pem: it contains no certificate/);
  await using one = await server.connect({ pin });
  await using two = await server.connect({ pin });
  await Promise.all([one.ping(), two.ping()]);
});

Deno.test("reload takes an authority's certificate with another key for the same host", async () => {
  const authority = await makeAuthority();
  await using server = await tlsServer(await authority.issue("a.lan", "b.lan"));
  await server.write(await authority.issue("b.lan", "c.lan"));
  assertEquals(await server.reload(), { certificate: true });
  await server.write(await authority.issue("d.lan"));
  assertMatch(await server.refused(), /is for other hosts/);
});

Deno.test("an expired certificate is a warning at the start, at a reload, and in health", async () => {
  const issue = await pinnedKey();
  await using server = await tlsServer(await issue(EXPIRED));
  const { warnings } = server.live.server.status();
  assertMatch(warnings.join(), /^the certificate in \S+cert\.pem expired on \d{4}-\d\d-\d\d$/);
  assertEquals(server.warnings(), 1);
  const health = answerMetrics(new Request("http://a/healthz"), () => server.live.server.status());
  assertEquals([health.status, await health.text()], [200, `ok\nwarning: ${warnings[0]}\n`]);
  await server.write(await issue());
  await server.reload();
  assertEquals([server.live.server.status().warnings, server.warnings()], [[], 1]);
  await server.write(await issue(EXPIRED));
  await server.reload();
  assertEquals(server.warnings(), 2);
});

Deno.test("reload creates no identity in the place of one that is missing", async () => {
  await using live = await testServer({ listen: ["fts://127.0.0.1:0"] });
  const identity = `${live.state}/identity.pem`;
  const { pin } = await openIdentity(live.state);
  assertEquals(await live.event("identity.created"), await live.event("identity.created", { pin }));
  const text = await Deno.readTextFile(identity);
  await Deno.remove(identity);
  const { code, message } = await assertRejects(() => live.server.reload({}), FtError);
  assertEquals([code, message.startsWith(`${identity} is missing: put it back`)], ["tls", true]);
  await assertRejects(() => Deno.stat(identity), Deno.errors.NotFound);
  await Deno.writeTextFile(identity, text, { mode: 0o600 });
  assertEquals(await live.server.reload({}), { certificate: false });
  await using remote = await openRemote(parseEndpoint(live.url), {
    ...{ timeoutMs: 5000, trust: { pin } },
  });
  await remote.ping();
});
