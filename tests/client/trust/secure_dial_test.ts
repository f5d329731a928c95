import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ErrorCode, FtError } from "../../../lib/base/errors.ts";
import { formatEndpoint, parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { raceSignal } from "../../../lib/base/signals.ts";
import { KnownHosts } from "../../../lib/client/trust/known_hosts.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { dialEndpoint } from "../../../lib/client/trust/secure_dial.ts";
import type { Trust } from "../../../lib/client/trust/trust.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { makeAuthority } from "../../../testing/authority.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const listen = ["fts://127.0.0.1:0"];
const timeoutMs = 5000;

/** Tries to connect. @returns The code of the error, or `connected`. */
async function tryTo(url: string, trust: Trust): Promise<ErrorCode | "connected"> {
  const endpoint = parseEndpoint(url);
  try {
    await using connection = await dialEndpoint(endpoint, { ...endpoint, timeoutMs }, trust);
    await using _close = connection;
    return connection.encrypted ? "connected" : "internal";
  } catch (error) {
    return (error as FtError).code;
  }
}

async function pinOf(server: TestServer): Promise<string> {
  return (await openIdentity(server.state)).pin;
}

/** Writes a certificate of a new authority, and its key. */
async function certifiedFor(dir: string, ...names: string[]) {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(...names);
  await Deno.writeTextFile(`${dir}/cert.pem`, cert);
  await Deno.writeTextFile(`${dir}/key.pem`, key);
  return { authorities: authority.pem, tls: { cert: `${dir}/cert.pem`, key: `${dir}/key.pem` } };
}

Deno.test("openRemote works over fts, and trusts a server on first use only once", async () => {
  await using server = await testServer({ listen });
  const knownHosts = new KnownHosts(`${server.dir.path}/deep/known_hosts`);
  const met: string[] = [];
  const trust: Trust = { knownHosts, onFirstUse: (address, pin) => met.push(address, pin) };
  for (let i = 0; i < 2; i++) {
    await using remote = await openRemote(parseEndpoint(server.url), { timeoutMs, trust });
    await remote.files.mkdir(`made${i}`);
    assertEquals((await remote.files.stat(`made${i}`)).type, "dir");
  }
  assertEquals(met, [`127.0.0.1:${server.port}`, await pinOf(server)]);
  assertEquals((await Deno.stat(knownHosts.path)).mode! & 0o777, 0o600);
});

Deno.test("tls-identity-change-hard-fails: a known host shows another key", async () => {
  await using first = await testServer({ listen });
  const knownHosts = new KnownHosts(`${first.dir.path}/known_hosts`);
  assertEquals(await tryTo(first.url, { knownHosts }), "connected");
  await using other = await testServer({ listen });
  const known = (await knownHosts.find(`127.0.0.1:${first.port}`))!;
  await knownHosts.remember(`127.0.0.1:${other.port}`, known);
  const endpoint = parseEndpoint(other.url);
  const error = await assertRejects(
    () => dialEndpoint(endpoint, { ...endpoint, timeoutMs }, { knownHosts }),
    FtError,
  );
  assertEquals([error.exitCode, error.subject], [10, `127.0.0.1:${other.port}`]);
  assertEquals((error.cause as FtError).code, "tls");
  const command = `ftclient forget 127.0.0.1:${other.port}`;
  for (
    const part of ["CHANGED", await pinOf(first), await pinOf(other), knownHosts.path, command]
  ) {
    assertStringIncludes(error.message, part);
  }
});

Deno.test("tls-pin-mismatch-hard-fails", async () => {
  await using server = await testServer({ listen });
  const pin = await pinOf(server);
  assertEquals(await tryTo(server.url, { pin }), "connected");
  assertEquals(await tryTo(`${server.url}/#${pin}`, {}), "connected");
  assertEquals(await tryTo(server.url, { pin: "ab".repeat(32) }), "tls");
  assertEquals(await tryTo(`${server.url}/#${"ab".repeat(32)}`, {}), "tls");
  const knownHosts = new KnownHosts(`${server.dir.path}/known_hosts`);
  assertEquals(await tryTo(server.url, { knownHosts }), "connected");
  assertEquals(await tryTo(server.url, { knownHosts, pin }), "connected");
  assertEquals(await tryTo(server.url, { knownHosts, pin: "ab".repeat(32) }), "tls");
});

Deno.test("dialEndpoint with a pin remembers an unknown server, but does not override a known one", async () => {
  await using server = await testServer({ listen });
  const pin = await pinOf(server);
  const address = `127.0.0.1:${server.port}`;
  const unknown = new KnownHosts(server.dir.join("unknown"));
  assertEquals(await tryTo(server.url, { knownHosts: unknown, pin }), "connected");
  const known = await unknown.find(address);
  assertEquals(known?.kind === "pinned" && known.pin, pin);
  const certified = new KnownHosts(server.dir.join("certified"));
  await certified.remember(address, { kind: "certified" });
  assertEquals(await tryTo(server.url, { knownHosts: certified, pin }), "connected");
  assertEquals(await certified.find(address), { kind: "certified" });
});

Deno.test("dialEndpoint trusts no server without a pin, an authority or known hosts", async () => {
  await using server = await testServer({ listen });
  assertEquals(await tryTo(server.url, {}), "tls");
});

Deno.test("dialEndpoint with an authority accepts the certified name and no other", async () => {
  await using dir = await tempDir();
  const { authorities, tls } = await certifiedFor(dir.path, "localhost");
  await using server = await testServer({ listen, tls });
  const named = server.url.replace("127.0.0.1", "localhost");
  const knownHosts = new KnownHosts(dir.join("known_hosts"));
  assertEquals(await tryTo(named, { authorities, knownHosts }), "connected");
  assertEquals(await knownHosts.find(`localhost:${server.port}`), { kind: "certified" });
  assertEquals(await tryTo(server.url, { authorities, knownHosts }), "tls");
  // An authority certified it before: to trust any key now would be a downgrade.
  assertEquals(await tryTo(named, { knownHosts }), "tls");
  // Trust on first use needs a certificate that carries its own pin.
  assertEquals(await tryTo(server.url, { knownHosts }), "tls");
});

Deno.test("tls-public-authority-does-not-bypass-pin: an authority given by --ca", async () => {
  await using dir = await tempDir();
  const { authorities, tls } = await certifiedFor(dir.path, "localhost");
  await using server = await testServer({ listen, tls });
  const named = server.url.replace("127.0.0.1", "localhost");
  assertEquals(await tryTo(named, { authorities }), "connected");
  const { pin } = await openIdentity(server.state, tls);
  assertEquals(await tryTo(named, { authorities, pin: "ab".repeat(32) }), "tls");
  // Its own pin is refused, too: without the pin as a name the runtime cannot check the key.
  assertEquals(await tryTo(named, { authorities, pin }), "tls");
});

Deno.test("tls-downgrade-refused: a host that used TLS is not tried in plaintext", async () => {
  await using server = await testServer({ listen });
  const knownHosts = new KnownHosts(`${server.dir.path}/known_hosts`);
  assertEquals(await tryTo(server.url, { knownHosts }), "connected");
  assertEquals(await tryTo(`ft://127.0.0.1:${server.port}`, { knownHosts }), "tls");
  assertEquals(await tryTo(`ft+line://127.0.0.1:${server.port}`, { knownHosts }), "tls");
  assertEquals(await tryTo(`ft://127.0.0.1:${server.port}`, { pin: "ab".repeat(32) }), "tls");
  // Nothing listens there: the refusal comes before the first packet.
  await knownHosts.remember("far.example:9998", { kind: "certified" });
  assertEquals(await tryTo("ft://FAR.example:9999", { knownHosts }), "tls");
  await knownHosts.remember("[2001:db8::1]:9998", { kind: "certified" });
  assertEquals(await tryTo("ft://[2001:db8::1]", { knownHosts }), "tls");
});

Deno.test("dialEndpoint connects in plaintext to another port of this machine, or of a pinned dialect", async () => {
  await using server = await testServer();
  const knownHosts = new KnownHosts(server.dir.join("known_hosts"));
  await knownHosts.remember("127.0.0.1:9", { kind: "certified" });
  await knownHosts.remember("192.0.2.1:9", { kind: "certified" });
  const signal = AbortSignal.abort(new FtError("interrupted", "before the first packet"));
  for (const url of [server.url, "ft+line://192.0.2.1:8"]) {
    const endpoint = parseEndpoint(url);
    const dialing = dialEndpoint(endpoint, { ...endpoint, timeoutMs, signal }, { knownHosts });
    assertEquals((await assertRejects(() => dialing, FtError)).code, "interrupted");
  }
});

Deno.test("a bare name means TLS, and a plaintext server is refused", async () => {
  assertEquals(formatEndpoint(parseEndpoint("host")), "fts://host:9998");
  await using server = await testServer({ listen: ["ft://127.0.0.1:0"] });
  const knownHosts = new KnownHosts(`${server.dir.path}/known_hosts`);
  assertEquals(await tryTo(`127.0.0.1:${server.port}`, { knownHosts }), "network");
  assertEquals(await knownHosts.find(`127.0.0.1:${server.port}`), undefined);
});

/** How the identity of a server is checked, and whom to trust for that. */
const CHECKS: Record<string, (address: string, home: string) => Promise<Trust>> = {
  "an authority": async () => ({ authorities: (await makeAuthority()).pem }),
  "a pin, with a probe": () => Promise.resolve({ pin: "ab".repeat(32) }),
  "a certificate seen before": async (address, home) => {
    const { pin, cert: certificate } = await openIdentity(home);
    const knownHosts = new KnownHosts(`${home}/known_hosts`);
    await knownHosts.remember(address, { kind: "pinned", pin, certificate });
    return { knownHosts };
  },
};

/** Dials a server that does not answer the handshake, and aborts. @returns The server's side. */
async function abortHandshake(
  trustIn: (address: string) => Promise<Trust>,
): Promise<Deno.TcpConn> {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const address = `127.0.0.1:${silent.addr.port}`;
  const endpoint = parseEndpoint(`fts://${address}`);
  const options = { ...endpoint, timeoutMs: 10 * timeoutMs, signal: stop.signal };
  const dialing = dialEndpoint(endpoint, options, await trustIn(address));
  dialing.catch(() => {});
  const conn = await silent.accept();
  await conn.read(new Uint8Array(65_536));
  stop.abort(new FtError("interrupted", "by hand"));
  const ended = raceSignal(dialing, AbortSignal.timeout(timeoutMs));
  await assertRejects(() => ended, FtError, "by hand");
  return conn;
}

/** Waits until the client has closed a connection: the end of input, or a reset. */
async function assertClosed(conn: Deno.Conn): Promise<void> {
  const end = conn.read(new Uint8Array(1)).catch(() => null);
  assertEquals(await raceSignal(end, AbortSignal.timeout(timeoutMs)), null);
}

for (const [check, trustIn] of Object.entries(CHECKS)) {
  Deno.test(`dialEndpoint with ${check}: the caller's signal ends the handshake`, async () => {
    await using dir = await tempDir();
    using _ = await abortHandshake((address) => trustIn(address, dir.path));
  });
}

Deno.test("dialEndpoint closes the probe when the caller's signal ends it", async () => {
  using conn = await abortHandshake(() => Promise.resolve({ pin: "ab".repeat(32) }));
  await assertClosed(conn);
});

Deno.test("dialEndpoint closes the probe of a server that it does not trust", async () => {
  await using dir = await tempDir();
  const { cert, key } = await openIdentity(dir.path);
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { port } = listener.addr as Deno.NetAddr;
  const dialing = tryTo(`fts://127.0.0.1:${port}`, { pin: "ab".repeat(32) });
  using conn = await listener.accept();
  await conn.handshake();
  assertEquals(await dialing, "tls");
  await assertClosed(conn);
});

Deno.test("dialEndpoint names a line of known_hosts that is invalid, and does not connect", async () => {
  await using dir = await tempDir();
  const { cert } = await openIdentity(dir.path);
  const knownHosts = new KnownHosts(dir.join("known_hosts"));
  for (const certificate of ["bm9uc2Vuc2U=", cert]) {
    await knownHosts.remember("a:1", { kind: "pinned", pin: "ab".repeat(32), certificate });
    const endpoint = parseEndpoint("fts://a:1");
    const dialing = dialEndpoint(endpoint, { ...endpoint, timeoutMs }, { knownHosts });
    const error = await assertRejects(() => dialing, FtError, knownHosts.path);
    assertEquals([error.code, error.subject], ["tls", "a:1"]);
  }
});

Deno.test("dialEndpoint that refuses plaintext names the command that allows it", async () => {
  await using dir = await tempDir();
  const knownHosts = new KnownHosts(dir.join("known_hosts"));
  for (
    const [known, url, command] of [
      ["far.invalid:9998", "ft://far.invalid:7", "ftclient forget far.invalid"],
      ["far.invalid:7", "ft+line://far.invalid:7", "ftclient forget far.invalid:7"],
      ["[2001:db8::1]:9998", "ft://[2001:db8::1]:7", "ftclient forget '[2001:db8::1]'"],
      ["localhost:7", "ft://127.0.0.1:7", "ftclient forget 127.0.0.1:7"],
    ] as const
  ) {
    await knownHosts.remember(known, { kind: "certified" });
    const endpoint = parseEndpoint(url);
    const dialling = () => dialEndpoint(endpoint, { ...endpoint, timeoutMs }, { knownHosts });
    await assertRejects(dialling, FtError, `expected: ${command})`);
    const dropped = await knownHosts.forget(endpoint.hostname);
    assertEquals(dropped.map(({ address }) => address), [known]);
  }
});
