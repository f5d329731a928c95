/**
 * Beginning trust anew: with another spelling of a host, or another name of the same server.
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_KNOWN_LINES } from "../../lib/base/limits.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { KnownHosts } from "../../lib/client/trust/known_hosts.ts";
import { dialEndpoint } from "../../lib/client/trust/secure_dial.ts";
import type { Trust } from "../../lib/client/trust/trust.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const timeoutMs = 5000;

/** Names of this machine in many spellings; `0` is another name that leads to it on POSIX. */
const SPELLINGS = [
  ...["127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7F000001", "2130706433", "0177.0.0.1"],
  ...["127.0.0.1.", "localhost", "LOCALHOST", "LocalHost", "0"],
  ...["[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"],
];

/** Names of this machine over IPv6. */
const SPELLINGS_6 = ["[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]"];

async function hasIPv6(): Promise<boolean> {
  try {
    await using _server = await testServer({ listen: ["ft://[::1]:0"] });
    return true;
  } catch {
    return false;
  }
}

/** A server that listens on all names of this machine. */
async function served(scheme = "fts") {
  const server = await testServer({ listen: [`${scheme}://127.0.0.1:0`] });
  const both = await hasIPv6();
  if (both) {
    const listen = [server.url, `${scheme}://[::1]:${server.port}`];
    await server.restart({ listen });
  }
  const known = new KnownHosts(server.dir.join("known_hosts"));
  return { server, known, spellings: both ? [...SPELLINGS, ...SPELLINGS_6] : SPELLINGS };
}

async function connect(url: string, trust: Trust): Promise<void> {
  const endpoint = parseEndpoint(url);
  await using _connection = await dialEndpoint(endpoint, { ...endpoint, timeoutMs }, trust);
}

/** Another identity than the server's. */
async function anotherIdentity(server: TestServer) {
  const state = server.dir.join("another");
  await Deno.mkdir(state);
  const { pin, cert: certificate } = await openIdentity(state);
  return { kind: "pinned", pin, certificate } as const;
}

Deno.test("a server is met once, however its host is spelled", NEEDS_POSIX, async () => {
  const { server, known, spellings } = await served();
  await using _ = server;
  const met: string[] = [];
  const trust: Trust = { knownHosts: known, onFirstUse: (address) => met.push(address) };
  for (const host of spellings) await connect(`fts://${host}:${server.port}`, trust);
  assertEquals(met, [`127.0.0.1:${server.port}`]);
  // The other way round, with a line of an earlier version for each spelling.
  const line = (await Deno.readTextFile(known.path)).split("\n")[1]!;
  for (const host of spellings) {
    const text = `${host}:${line.slice(line.indexOf(":") + 1)}\n`;
    await Deno.writeTextFile(known.path, text);
    for (const other of ["127.0.0.1", "localhost"]) {
      await connect(`fts://${other}:${server.port}`, trust);
    }
  }
  assertEquals(met.slice(1), [`127.0.0.1:${server.port}`], "only `0` is another name");
});

Deno.test(
  "tls-identity-change-hard-fails: under every spelling of the host",
  NEEDS_POSIX,
  async () => {
    const { server, known, spellings } = await served();
    await using _ = server;
    const other = await anotherIdentity(server);
    await known.remember(`localhost:${server.port}`, other);
    for (const host of spellings) {
      const error = await assertRejects(
        () => connect(`fts://${host}:${server.port}`, { knownHosts: known }),
        FtError,
        "CHANGED",
        host,
      );
      assertEquals([error.code, error.exitCode], ["tls", 10]);
      assertStringIncludes(error.message, other.pin);
    }
  },
);

Deno.test(
  "tls-downgrade-refused: under every spelling of the host, before a byte is sent",
  NEEDS_POSIX,
  async () => {
    await using dir = await tempDir();
    const known = new KnownHosts(dir.join("known_hosts"));
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await known.remember(`localhost:${port}`, { kind: "certified" });
    for (const host of SPELLINGS) {
      for (const scheme of ["ft", "ft+line", "ft+framed", "ft+json"]) {
        const url = `${scheme}://${host}:${port}`;
        const opening = openRemote(parseEndpoint(url), { timeoutMs, trust: { knownHosts: known } });
        const error = await assertRejects(() => opening, FtError, "used TLS before", url);
        assertEquals(error.code, "tls");
      }
    }
    // Only the name that is not known by itself was dialled, and nothing was sent to it.
    for (let i = 0; i < 4; i++) {
      using conn = await listener.accept();
      assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
    }
  },
);

Deno.test(
  "a changed identity is found by the address, too, and a known one is not new there",
  NEEDS_POSIX,
  async () => {
    const { server, known } = await served();
    await using _ = server;
    const met: string[] = [];
    const trust: Trust = { knownHosts: known, onFirstUse: (address) => met.push(address) };
    await connect(`fts://0.0.0.0:${server.port}`, trust);
    assertEquals(met, [`0.0.0.0:${server.port}`]);
    const pin = (await known.find(`0.0.0.0:${server.port}`))!;
    assertEquals(await known.find(`127.0.0.1:${server.port}`), pin, "its address is known as well");
    await connect(`fts://localhost:${server.port}`, trust);
    assertEquals(met.length, 1);

    await Deno.remove(known.path);
    const other = await anotherIdentity(server);
    await known.remember(`127.0.0.1:${server.port}`, other);
    const dialling = connect(`fts://0.0.0.0:${server.port}`, trust);
    const error = await assertRejects(() => dialling, FtError, "CHANGED");
    assertEquals([error.code, error.subject], ["tls", `127.0.0.1:${server.port}`]);
    assertEquals([met.length, await known.find(`0.0.0.0:${server.port}`)], [1, undefined]);

    await Deno.writeTextFile(known.path, "");
    await known.remember(`127.0.0.1:${server.port}`, { kind: "certified" });
    const downgraded = connect(`fts://0.0.0.0:${server.port}`, trust);
    await assertRejects(() => downgraded, FtError, "Known is a certificate of an authority");
  },
);

Deno.test(
  "a server that proves what is known of its name does not change what is known of an address",
  NEEDS_POSIX,
  async () => {
    const { server, known } = await served();
    await using _ = server;
    const { pin, cert: certificate } = await openIdentity(server.state);
    await known.remember(`0.0.0.0:${server.port}`, { kind: "pinned", pin, certificate });
    const other = await anotherIdentity(server);
    await known.remember(`127.0.0.1:${server.port}`, other);
    const before = await Deno.readTextFile(known.path);
    await connect(`fts://0.0.0.0:${server.port}`, { knownHosts: known });
    assertEquals(await Deno.readTextFile(known.path), before);
  },
);

Deno.test(
  "a known server is remembered under a new address, up to a number of lines",
  NEEDS_POSIX,
  async () => {
    const { server, known } = await served();
    await using _ = server;
    const { pin, cert: certificate } = await openIdentity(server.state);
    const identity = { kind: "pinned", pin, certificate } as const;
    const name = `0.0.0.0:${server.port}`;
    const address = `127.0.0.1:${server.port}`;
    await known.remember(name, identity);
    for (let i = 2; i < MAX_KNOWN_LINES; i++) await known.remember(`host${i}:1`, identity);
    const before = await Deno.readTextFile(known.path);
    await connect(`fts://${name}`, { knownHosts: known });
    assertEquals((await known.find(address))?.kind, "pinned");
    await Deno.writeTextFile(known.path, `${before}one.more:1 ${pin} AAAA\n`);
    await connect(`fts://${name}`, { knownHosts: known });
    assertEquals(await known.find(address), undefined);
  },
);

Deno.test("a login is sent in plaintext to this machine only, in any spelling", async () => {
  await using server = await testServer();
  const login = { kind: "password", user: "ana", password: "wrong" } as const;
  const attempt = async (host: string) => {
    const opening = openRemote(parseEndpoint(`ft://${host}:${server.port}`), { timeoutMs, login });
    return (await assertRejects(() => opening, FtError)).code;
  };
  assertEquals(await attempt("127.1"), "not_allowed");
  assertEquals(await attempt("2130706433"), "not_allowed");
  assertEquals(await attempt("0x7f.1.example"), "usage");
  assert(server.events.some(({ event }) => event === "login.refused"));
});
