import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose, type Finding } from "../../lib/client/doctor.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { Trust } from "../../lib/client/trust/trust.ts";
import { testServer } from "../../testing/test_server.ts";

const { signal } = new AbortController();

/** Runs all checks. @returns The findings by check. */
async function examine(url: string, trust: Trust = {}, timeoutMs = 3000) {
  const endpoint = parseEndpoint(url);
  const open = () => openRemote(endpoint, { timeoutMs, trust });
  const found = await Array.fromAsync(diagnose(endpoint, { open, timeoutMs, signal }));
  return new Map(found.map((finding): [string, Finding] => [finding.check, finding]));
}

function verdicts(found: ReadonlyMap<string, Finding>): string[] {
  return [...found].map(([check, { verdict }]) => `${check} ${verdict}`);
}

Deno.test("doctor finds no problem with a working server, and leaves nothing there", async () => {
  await using server = await testServer();
  assertEquals(verdicts(await examine(server.url)), [
    ...["name ok", "address ok", "protocol ok", "latency ok", "clock ok", "read ok", "write ok"],
    "space unknown",
  ]);
  const left = [...Deno.readDirSync(server.root)].map(({ name }) => name);
  assertEquals(left, [".ftserver"]);
  const staging = `${server.root}/.ftserver/staging`;
  assertEquals([...Deno.readDirSync(staging)].map(({ name }) => name), []);
});

Deno.test("doctor distinguishes missing permissions from failures", async () => {
  await using readers = await testServer({ anonymous: "read" });
  const reading = await examine(readers.url);
  assertEquals([reading.get("read")!.verdict, reading.get("write")!.verdict], ["ok", "warning"]);
  await using closed = await testServer({ anonymous: "none" });
  const found = (await examine(closed.url)).get("read")!;
  assertEquals([found.verdict, found.code], ["failed", "not_allowed"]);
  assertStringIncludes(found.advice!, "--user");
});

Deno.test("doctor detects an unknown name, and a port where nothing listens", async () => {
  const nowhere = await examine("ft://no-such-host.invalid:9");
  assertEquals(verdicts(nowhere), ["name failed"]);
  assertEquals(nowhere.get("name")!.code, "network");
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  taken.close();
  const refused = await examine(`ft://127.0.0.1:${port}`);
  assertEquals(verdicts(refused), ["name ok", "address failed"]);
  assertStringIncludes(refused.get("address")!.detail, "refuses");
});

Deno.test("doctor distinguishes an address that does not answer from one that refuses", async () => {
  // With a full backlog, connections get no answer, as behind a firewall.
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
  assert(filling.length < 8, "the backlog never fills");
  const found = (await examine(`ft://127.0.0.1:${port}`, {}, 300)).get("address")!;
  assertEquals([found.verdict, found.code], ["failed", "network"]);
  assertStringIncludes(found.detail, "does not answer");
  for (const conn of filling) conn.close();
});

Deno.test("doctor detects another protocol and a changed identity", async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering = (async () => {
    for await (const conn of other) {
      await conn.write(new TextEncoder().encode("220 mail.example ESMTP ready for you\r\n"))
        .catch(() => {});
      conn.close();
    }
  })();
  const wrong = (await examine(`ft://127.0.0.1:${other.addr.port}`)).get("protocol")!;
  assertEquals(wrong.verdict, "failed");
  assert(["protocol", "network"].includes(wrong.code!), wrong.code);
  assertStringIncludes(wrong.advice!, "fts://");
  other.close();
  await answering;
  await using server = await testServer({ listen: ["fts://127.0.0.1:0"] });
  const changed = (await examine(server.url, { pin: "ab".repeat(32) })).get("protocol")!;
  assertEquals([changed.verdict, changed.code], ["failed", "tls"]);
  assertStringIncludes(changed.advice!, "ftserver fingerprint");
  assertStringIncludes(changed.advice!, "run ftclient forget 127.0.0.1:");
});

Deno.test("doctor measures the clock and warns when it is wrong", async () => {
  await using server = await testServer();
  const endpoint = parseEndpoint(server.url);
  const clockFinding = async (clockAheadMs: number | undefined) => {
    const open = async () => {
      const remote = await openRemote(endpoint, { timeoutMs: 3000 });
      assert(Math.abs(remote.clockAheadMs!) < 1000);
      return { ...remote, clockAheadMs };
    };
    const found = await Array.fromAsync(diagnose(endpoint, { open, timeoutMs: 3000, signal }));
    const { verdict, detail } = found.find(({ check }) => check === "clock")!;
    return `${verdict}: ${detail}`;
  };
  for (
    const [aheadMs, finding] of [
      [-3_600_000, "warning: the server's clock is 3600.0 s behind"],
      [5001, "warning: the server's clock is 5.0 s ahead"],
      [5000, "ok: the server's clock is 5.0 s ahead"],
      [-49, "ok: the clocks agree"],
      [undefined, "unknown: the server does not report its time"],
    ] as const
  ) {
    assertEquals(await clockFinding(aheadMs), finding);
  }
});
