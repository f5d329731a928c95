import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { diagnose, type Finding } from "../../lib/client/doctor.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { Trust } from "../../lib/client/trust/secure_dial.ts";
import { testServer } from "../../testing/test_server.ts";

const { signal } = new AbortController();

/** What is found, by check. */
async function look(url: string, trust: Trust = {}, timeoutMs = 3000) {
  const endpoint = parseEndpoint(url);
  const open = () => openRemote(endpoint, { timeoutMs, trust });
  const found = await Array.fromAsync(diagnose(endpoint, { open, timeoutMs, signal }));
  return new Map(found.map((finding): [string, Finding] => [finding.check, finding]));
}

function verdicts(found: ReadonlyMap<string, Finding>): string[] {
  return [...found].map(([check, { verdict }]) => `${check} ${verdict}`);
}

Deno.test("doctor finds nothing wrong with a server that works, and leaves nothing there", async () => {
  await using server = await testServer();
  assertEquals(verdicts(await look(server.url)), [
    ...["name ok", "address ok", "protocol ok", "latency ok", "clock ok", "read ok", "write ok"],
    "space unknown",
  ]);
  const left = [...Deno.readDirSync(server.root)].map(({ name }) => name);
  assertEquals(left, [".ftserver"]);
  const staging = `${server.root}/.ftserver/staging`;
  assertEquals([...Deno.readDirSync(staging)].map(({ name }) => name), []);
});

Deno.test("doctor tells what may not be done from what does not work", async () => {
  await using readers = await testServer({ anonymous: "read" });
  const reading = await look(readers.url);
  assertEquals([reading.get("read")!.verdict, reading.get("write")!.verdict], ["ok", "warning"]);
  await using closed = await testServer({ anonymous: "none" });
  const found = (await look(closed.url)).get("read")!;
  assertEquals([found.verdict, found.code], ["failed", "not_allowed"]);
  assertStringIncludes(found.advice!, "--user");
});

Deno.test("doctor tells an unknown name, and a port where nothing listens", async () => {
  const nowhere = await look("ft://no-such-host.invalid:9");
  assertEquals(verdicts(nowhere), ["name failed"]);
  assertEquals(nowhere.get("name")!.code, "network");
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  taken.close();
  const refused = await look(`ft://127.0.0.1:${port}`);
  assertEquals(verdicts(refused), ["name ok", "address failed"]);
  assertStringIncludes(refused.get("address")!.detail, "refuses");
});

Deno.test("doctor tells an address that does not answer from one that refuses", async () => {
  // A full queue of connections is what a firewall looks like: the answer never comes.
  using full = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = full.addr;
  const filling: Deno.TcpConn[] = [];
  const options = { hostname: "127.0.0.1", port };
  for (let n = 0; n < 8; n++) {
    const signal = AbortSignal.timeout(200);
    const conn = await Deno.connect({ ...options, signal }).catch(() => null);
    if (conn === null) break;
    filling.push(conn);
  }
  assert(filling.length < 8, "the queue has no end");
  const found = (await look(`ft://127.0.0.1:${port}`, {}, 300)).get("address")!;
  assertEquals([found.verdict, found.code], ["failed", "network"]);
  assertStringIncludes(found.detail, "does not answer");
  for (const conn of filling) conn.close();
});

Deno.test("doctor tells another protocol and a changed identity", async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering = (async () => {
    for await (const conn of other) {
      await conn.write(new TextEncoder().encode("220 mail.example ESMTP ready for you\r\n"))
        .catch(() => {});
      conn.close();
    }
  })();
  const wrong = (await look(`ft://127.0.0.1:${other.addr.port}`)).get("protocol")!;
  assertEquals(wrong.verdict, "failed");
  assert(["protocol", "network"].includes(wrong.code!), wrong.code);
  assertStringIncludes(wrong.advice!, "fts://");
  other.close();
  await answering;
  await using server = await testServer({ listen: ["fts://127.0.0.1:0"] });
  const changed = (await look(server.url, { pin: "ab".repeat(32) })).get("protocol")!;
  assertEquals([changed.verdict, changed.code], ["failed", "tls"]);
  assertStringIncludes(changed.advice!, "ftserver fingerprint");
});

Deno.test("doctor measures the clock and warns of one that is wrong", async () => {
  await using server = await testServer();
  const endpoint = parseEndpoint(server.url);
  const open = async () => {
    const remote = await openRemote(endpoint, { timeoutMs: 3000 });
    assert(Math.abs(remote.clockAheadMs!) < 1000);
    return { ...remote, clockAheadMs: -3_600_000 };
  };
  const found = await Array.fromAsync(diagnose(endpoint, { open, timeoutMs: 3000, signal }));
  const clock = found.find(({ check }) => check === "clock")!;
  assertEquals(clock.verdict, "warning");
  assertStringIncludes(clock.detail, "3600.0 s behind");
  const unknown = async () => ({ ...await openRemote(endpoint, { timeoutMs: 3000 }) });
  const silent = await Array.fromAsync(diagnose(endpoint, {
    open: async () => ({ ...await unknown(), clockAheadMs: undefined }),
    ...{ timeoutMs: 3000, signal },
  }));
  assertEquals(silent.find(({ check }) => check === "clock")!.verdict, "unknown");
  assert(!(silent.some(({ code }) => code === new FtError("internal", "").code)));
});
