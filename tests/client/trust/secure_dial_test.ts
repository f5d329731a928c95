import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ErrorCode, FtError } from "../../../lib/base/errors.ts";
import { formatEndpoint, parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { KnownHosts } from "../../../lib/client/trust/known_hosts.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { dialEndpoint, type Trust } from "../../../lib/client/trust/secure_dial.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { makeAuthority } from "../../../testing/authority.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const listen = ["fts://127.0.0.1:0"];
const timeoutMs = 5000;

/** Connects, and says the code of what was refused. */
async function tryTo(url: string, trust: Trust): Promise<ErrorCode | "connected"> {
  const endpoint = parseEndpoint(url);
  try {
    await using connection = await dialEndpoint(endpoint, { ...endpoint, timeoutMs }, trust);
    await using _hangUp = connection;
    return connection.encrypted ? "connected" : "internal";
  } catch (error) {
    return (error as FtError).code;
  }
}

async function pinOf(server: TestServer): Promise<string> {
  return (await openIdentity(server.state)).pin;
}

/** Certificate and key files of an authority's making. */
async function vouchedFor(dir: string, ...names: string[]) {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(...names);
  await Deno.writeTextFile(`${dir}/cert.pem`, cert);
  await Deno.writeTextFile(`${dir}/key.pem`, key);
  return { authorities: authority.pem, tls: { cert: `${dir}/cert.pem`, key: `${dir}/key.pem` } };
}

Deno.test("openRemote works over fts, and asks a server that was met before nothing new", async () => {
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

Deno.test("tls-identity-change-hard-fails: another key behind a known name", async () => {
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
  assertEquals(error.exitCode, 10);
  for (const part of ["CHANGED", await pinOf(first), await pinOf(other), knownHosts.path]) {
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
  assertEquals(await tryTo(server.url, { knownHosts, pin: "ab".repeat(32) }), "tls");
});

Deno.test("dialEndpoint trusts nobody without a pin, an authority or a place to remember", async () => {
  await using server = await testServer({ listen });
  assertEquals(await tryTo(server.url, {}), "tls");
});

Deno.test("dialEndpoint with an authority takes the name it vouches for, and no other", async () => {
  await using dir = await tempDir();
  const { authorities, tls } = await vouchedFor(dir.path, "localhost");
  await using server = await testServer({ listen, tls });
  const named = server.url.replace("127.0.0.1", "localhost");
  const knownHosts = new KnownHosts(dir.join("known_hosts"));
  assertEquals(await tryTo(named, { authorities, knownHosts }), "connected");
  assertEquals(await tryTo(server.url, { authorities, knownHosts }), "tls");
  // It was met as somebody vouched for: to believe just any key now would be a step down.
  assertEquals(await tryTo(named, { knownHosts }), "tls");
  // Trust on first use needs a certificate that names its key.
  assertEquals(await tryTo(server.url, { knownHosts }), "tls");
});

Deno.test("tls-public-authority-does-not-bypass-pin: an authority given by --ca", async () => {
  await using dir = await tempDir();
  const { authorities, tls } = await vouchedFor(dir.path, "localhost");
  await using server = await testServer({ listen, tls });
  const named = server.url.replace("127.0.0.1", "localhost");
  assertEquals(await tryTo(named, { authorities }), "connected");
  const { pin } = await openIdentity(server.state, tls);
  assertEquals(await tryTo(named, { authorities, pin: "ab".repeat(32) }), "tls");
  // Even its own pin: the certificate does not carry it, so nothing would prove who holds it.
  assertEquals(await tryTo(named, { authorities, pin }), "tls");
});

Deno.test("tls-downgrade-refused: a host known by TLS is not tried in plaintext", async () => {
  await using server = await testServer({ listen });
  const knownHosts = new KnownHosts(`${server.dir.path}/known_hosts`);
  assertEquals(await tryTo(server.url, { knownHosts }), "connected");
  assertEquals(await tryTo(`ft://127.0.0.1:${server.port}`, { knownHosts }), "tls");
  assertEquals(await tryTo(`ft+line://127.0.0.1:${server.port}`, { knownHosts }), "tls");
  assertEquals(await tryTo(`ft://127.0.0.1:${server.port}`, { pin: "ab".repeat(32) }), "tls");
  // Nothing listens there: the refusal comes before the first packet.
  await knownHosts.remember("far.example:9998", { kind: "vouched" });
  assertEquals(await tryTo("ft://FAR.example:9999", { knownHosts }), "tls");
});

Deno.test("a bare name means TLS, so a plaintext server behind it is never spoken to", async () => {
  assertEquals(formatEndpoint(parseEndpoint("host")), "fts://host:9998");
  await using server = await testServer({ listen: ["ft://127.0.0.1:0"] });
  const knownHosts = new KnownHosts(`${server.dir.path}/known_hosts`);
  assertEquals(await tryTo(`127.0.0.1:${server.port}`, { knownHosts }), "network");
  assertEquals(await knownHosts.find(`127.0.0.1:${server.port}`), undefined);
});

Deno.test("KnownHosts keeps the other hosts, takes the last line of one, and skips nonsense", async () => {
  await using dir = await tempDir();
  const known = new KnownHosts(dir.join("known_hosts"));
  await Deno.writeTextFile(known.path, "# me\nnonsense\na:1 authority\n\n");
  await known.remember("b:2", { kind: "vouched" });
  await known.remember("a:1", { kind: "pinned", pin: "p", certificate: "QUJD" });
  assertEquals((await known.find("a:1"))?.kind, "pinned");
  assertEquals((await known.find("b:2"))?.kind, "vouched");
  assertEquals([await known.hasHost("b"), await known.hasHost("c")], [true, false]);
  assertStringIncludes(await Deno.readTextFile(known.path), "# me\nnonsense\n");
});
