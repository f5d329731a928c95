import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { KnownHosts } from "../../lib/client/trust/known_hosts.ts";
import { encodeFrameHeader } from "../../lib/wire/frame.ts";
import { Handshakes } from "../../lib/server/handshakes.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const timeoutMs = 10_000;
const BOTH = ["ft://127.0.0.1:0", "fts://127.0.0.1:0"];

function raw(server: TestServer): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: server.port });
}

/** Reads until the server closes the connection, in either way. */
async function untilClosed(conn: Deno.TcpConn): Promise<Uint8Array> {
  const parts: number[] = [];
  const buffer = new Uint8Array(4096);
  try {
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      parts.push(...buffer.subarray(0, n));
    }
  } catch {
    // A reset closes it, too.
  }
  conn.close();
  return Uint8Array.from(parts);
}

async function works(server: TestServer): Promise<void> {
  const trust = { knownHosts: new KnownHosts(`${server.dir.path}/known_hosts`) };
  await using remote = await openRemote(parseEndpoint(server.url), { timeoutMs, trust });
  await remote.files.stat(".");
}

Deno.test("preauth-slowloris: silent clients are disconnected at the handshake deadline", async () => {
  await using server = await testServer({ handshakeTimeoutMs: 100 });
  const silent = await Promise.all(Array.from({ length: 8 }, () => raw(server)));
  for (const conn of silent) await untilClosed(conn);
  await works(server);
});

// The runtime keeps the socket of an abandoned TLS handshake until the client disconnects
// (docs/SECURITY.md); the test is that it does not keep other clients out.
for (const hello of [[], [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]]) {
  Deno.test(`preauth-slowloris in TLS: ${hello.length} bytes occupy a connection only until the deadline`, async () => {
    await using server = await testServer({
      ...{ listen: ["fts://127.0.0.1:0"], handshakeTimeoutMs: 200, maxConnections: 1 },
    });
    const conn = await raw(server);
    await conn.write(Uint8Array.from(hello));
    const again = async (tries: number): Promise<void> => {
      try {
        await works(server);
      } catch (error) {
        assert(tries > 0 && error instanceof FtError, String(error));
        await again(tries - 1);
      }
    };
    await again(200);
    conn.close();
  });
}

for (const url of BOTH) {
  const scheme = url.split(":")[0];

  Deno.test(`max-connections-counts-preauth, and refused clients get a reason, over ${scheme}`, async () => {
    await using server = await testServer({
      listen: [url],
      maxConnectionsPerHost: 3,
      handshakeTimeoutMs: 60_000,
    });
    const silent = await Promise.all(Array.from({ length: 3 }, () => raw(server)));
    const error = await assertRejects(() => works(server), FtError, "too many connections");
    assertEquals([error.code, error.exitCode, error.retryable], ["limit", 8, true]);
    // A client that disconnects makes room.
    silent[0]!.close();
    const again = async (): Promise<void> => await works(server).catch(() => again());
    await again();
    for (const conn of silent.slice(1)) conn.close();
  });
}

Deno.test("request-before-hello is refused with a protocol error, and the connection closes", async () => {
  await using server = await testServer();
  const conn = await raw(server);
  await conn.write(encodeFrameHeader("REQU", 0));
  await untilClosed(conn);
  const pinned = await raw(server);
  const bad = new TextEncoder().encode('{"versions":[1]}');
  await pinned.write(encodeFrameHeader("HELO", bad.length));
  await pinned.write(bad);
  const answer = new TextDecoder().decode(await untilClosed(pinned));
  assert(answer.includes("FAIL") && answer.includes("protocol"), answer);
});

Deno.test("preauth-frame-length-2^53-and-negative are refused before anything is allocated", async () => {
  await using server = await testServer();
  for (const length of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 65_537n]) {
    const header = encodeFrameHeader("HELO", 0);
    new DataView(header.buffer).setBigUint64(0, length);
    const conn = await raw(server);
    await conn.write(header);
    await untilClosed(conn);
  }
  await works(server);
});

Deno.test("half-open-connections-are-reaped: a client that is idle after the hello is disconnected", async () => {
  await using server = await testServer({ idleTimeoutMs: 100 });
  await using remote = await openRemote(parseEndpoint(server.url), { timeoutMs });
  await new Promise((resolve) => remote.signal.addEventListener("abort", resolve));
});

Deno.test({
  name: "Handshakes aborts the oldest when there are too many, without those that are complete",
  permissions: "none",
  fn() {
    const gone: string[] = [];
    const peer = (name: string) => ({ abort: () => void gone.push(name) });
    // The limit is three quarters of three.
    const handshakes = new Handshakes(3);
    using a = handshakes.begin(peer("a"));
    const b = handshakes.begin(peer("b"));
    using _c = handshakes.begin(peer("c"));
    assertEquals(gone, ["a"]);
    b[Symbol.dispose]();
    using _d = handshakes.begin(peer("d"));
    a[Symbol.dispose]();
    assertEquals([gone, handshakes.count], [["a"], 2]);
  },
});
