import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { dial, type DialOptions, dialSocket } from "../../lib/net/dial.ts";
import { reach } from "../../lib/net/reach.ts";
import { dialCertified, dialPinned } from "../../lib/net/tls_dial.ts";
import { makeIdentity } from "../../lib/net/make_identity.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { probeCertificate } from "../../lib/net/tls_probe.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { soon } from "../../testing/with_timeout.ts";

/** A listener, and how to dial it. */
function listening(timeoutMs = 60_000) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const options: DialOptions = { hostname, port, timeoutMs };
  return { listener, options, [Symbol.dispose]: () => listener.close() };
}

/** Waits until the other side has closed its end. */
async function closedByPeer(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4096);
  const drain = async () => {
    while (await conn.read(buffer).catch(() => null) !== null);
  };
  await soon(drain());
}

/** Every way to begin TLS with a server. */
const TLS: Record<string, (options: DialOptions) => Promise<unknown>> = {
  dialPinned: async (options) => await dialPinned(options, await makeIdentity()),
  dialCertified: (options) => dialCertified(options, []),
  probeCertificate,
};

/** The runtime keeps the socket of an unfinished handshake until the server answers or closes. */
const closesAtOnce = (connect: unknown) => connect === probeCertificate;

for (const [name, connect] of Object.entries(TLS)) {
  Deno.test(`${name} ends with the caller's signal while the server is silent`, async () => {
    using server = listening();
    const gaveUp = new AbortController();
    const connecting = connect({ ...server.options, signal: gaveUp.signal });
    connecting.catch(() => {});
    using accepted = await server.listener.accept();
    // The first byte of the client's hello: the handshake has begun.
    await accepted.read(new Uint8Array(1));
    gaveUp.abort(new Error("enough"));
    await assertRejects(() => soon(connecting), Error, "enough");
    if (closesAtOnce(connect)) await closedByPeer(accepted);
  });

  Deno.test(`${name} gives up on a silent server after its timeout`, async () => {
    using server = listening(50);
    const connecting = connect(server.options);
    connecting.catch(() => {});
    using accepted = await server.listener.accept();
    const error = await assertRejects(() => soon(connecting), FtError, "no TLS answer");
    assertEquals([error.code, error.retryable], ["network", true]);
    if (closesAtOnce(connect)) await closedByPeer(accepted);
  });
}

Deno.test("dial connects in plaintext, and disposing the connection closes the socket", async () => {
  using server = listening();
  const connection = await dial(server.options);
  using accepted = await server.listener.accept();
  assertEquals(connection.encrypted, false);
  await connection.send(new Uint8Array([7]));
  await connection[Symbol.asyncDispose]();
  const read = new Uint8Array(2);
  assertEquals([await accepted.read(read), read[0]], [1, 7]);
  await closedByPeer(accepted);
});

/** A listener with a full backlog: the system drops what would open another connection. */
async function fullListener() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { hostname, port } = listener.addr;
  const options: DialOptions = { hostname, port, timeoutMs: 50 };
  for (let tries = 0; (await reach(options)).kind === "open"; tries++) {
    assert(tries < 100, "the backlog never fills");
  }
  return { options, [Symbol.dispose]: () => listener.close() };
}

Deno.test({
  name: "dialSocket ends with the caller's signal, or after its timeout",
  ...NEEDS_LINUX,
  async fn() {
    using server = await fullListener();
    const gaveUp = new AbortController();
    const options = { ...server.options, timeoutMs: 60_000, signal: gaveUp.signal };
    const dialling = dialSocket(options);
    gaveUp.abort(new Error("enough"));
    await assertRejects(() => soon(dialling), Error, "enough");
    await assertRejects(() => soon(dialSocket(options)), Error, "enough");
    await assertRejects(() => soon(reach(options)), Error, "enough");
    const error = await assertRejects(() => soon(dialSocket(server.options)), FtError, "no answer");
    assertEquals([error.code, error.retryable], ["network", true]);
    assertEquals((await reach(server.options)).kind, "filtered");
  },
});

Deno.test("reach tells an open port from a closed one", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const options = { ...listener.addr, timeoutMs: 60_000 };
  assertEquals((await reach(options)).kind, "open");
  listener.close();
  assertEquals((await reach(options)).kind, "refused");
  const error = await assertRejects(() => soon(dialSocket(options)), FtError);
  assertEquals([error.code, error.retryable], ["network", true]);
});

Deno.test("probeCertificate reads the certificate and closes its connection", async () => {
  await using dir = await tempDir();
  const { cert, key, pin } = await openIdentity(dir.path);
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { hostname, port } = listener.addr;
  const probing = probeCertificate({ hostname, port, timeoutMs: 10_000 });
  using accepted = await listener.accept();
  await accepted.handshake();
  assertEquals((await probing).pin, pin);
  await closedByPeer(accepted);
});

Deno.test("dialPinned closes its connection to a server with another key", async () => {
  await using dir = await tempDir();
  const { cert, key } = await openIdentity(dir.path);
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { hostname, port } = listener.addr;
  const dialling = dialPinned({ hostname, port, timeoutMs: 10_000 }, await makeIdentity());
  dialling.catch(() => {});
  using accepted = await listener.accept();
  await assertRejects(() => soon(accepted.handshake()));
  assertEquals((await assertRejects(() => soon(dialling), FtError)).code, "tls");
});

Deno.test("a TLS connection that is disposed sends what was sent last, then its end", async () => {
  await using dir = await tempDir();
  const { cert, key } = await openIdentity(dir.path);
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { hostname, port } = listener.addr;
  const dialling = dialPinned({ hostname, port, timeoutMs: 10_000 }, cert);
  using accepted = await listener.accept();
  const [connection] = await Promise.all([dialling, accepted.handshake()]);
  assertEquals(connection.encrypted, true);
  await connection.send(new Uint8Array(100_000));
  await connection[Symbol.asyncDispose]();
  let bytes = 0;
  const buffer = new Uint8Array(65_536);
  // A reset, or an end without `close_notify`, would throw.
  for (let n; (n = await soon(accepted.read(buffer))) !== null;) bytes += n;
  assertEquals(bytes, 100_000);
});
