import { assert, assertEquals, assertMatch } from "@std/assert";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import {
  answerMetrics,
  metricFamilies,
  OPEN_METRICS_TYPE,
  openMetricsText,
} from "../../lib/server/metrics.ts";
import type { ServerStatus } from "../../lib/server/status.ts";
import { exportTelemetry } from "../../lib/server/telemetry.ts";
import { serveHttp } from "../../lib/net/http_server.ts";
import { testServer } from "../../testing/test_server.ts";

const way = { running: 1, done: 2, failed: 3, bytes: 4, bytesPerSecond: 5 };
const status: ServerStatus = {
  ...{ version: "1.2.3", pid: 7, startedAt: "2026-01-31T12:00:00.500Z", addresses: [] },
  draining: false,
  connections: { open: 1, accepted: 2, refused: 3 },
  transfers: { get: way, put: { ...way, bytes: 6 } },
  ...{ seats: 8, cache: { hits: 9, misses: 10 }, refusals: { not_found: 11, limit: 12 } },
  ...{ faults: [], warnings: [] },
  certificate: { file: "/c.pem", expiresAt: "2026-01-31T12:00:00.500Z" },
};

Deno.test("openMetricsText follows the format: types first, suffixes by type, an end mark", () => {
  const text = openMetricsText(metricFamilies(status));
  assert(text.endsWith("\n# EOF\n"));
  for (
    const line of [
      "# TYPE ftserver_connections gauge",
      "ftserver_connections 1",
      "# TYPE ftserver_connections_accepted counter",
      "ftserver_connections_accepted_total 2",
      'ftserver_transfers_finished_total{direction="put",result="failed"} 3',
      "# UNIT ftserver_transferred_bytes bytes",
      'ftserver_transferred_bytes_total{direction="put"} 6',
      'ftserver_requests_refused_total{code="limit"} 12',
      "process_start_time_seconds 1769860800.5",
      "ftserver_certificate_expiry_seconds 1769860800.5",
      'ftserver_build_info{version="1.2.3"} 1',
    ]
  ) assert(text.includes(`\n${line}\n`) || text.startsWith(`${line}\n`), line);
  const sample = /^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? \d+(\.\d+)?$/;
  const comment = /^# (TYPE [a-z_]+ (gauge|counter|info)|UNIT [a-z_]+ \w+|HELP [a-z_]+ .+|EOF)$/;
  for (const line of text.trimEnd().split("\n")) {
    assertMatch(line, line.startsWith("#") ? comment : sample);
  }
  for (const { name, unit } of metricFamilies(status)) {
    assert(unit === undefined || name.endsWith(`_${unit}`), name);
  }
});

Deno.test("openMetricsText escapes characters that could end a label", () => {
  const text = openMetricsText([
    {
      ...{ name: "a", type: "gauge", help: "b" },
      samples: [{ value: 1, labels: { c: '"\\\n' } }],
    },
  ]);
  assert(text.includes('a{c="\\"\\\\\\n"} 1\n'));
});

Deno.test("answerMetrics serves metrics and health, which is 503 while the server stops", async () => {
  await using live = await testServer();
  let draining = false;
  const now = () => ({ ...live.server.status(), draining });
  await using door = serveHttp("http://127.0.0.1:0", (request) => answerMetrics(request, now));
  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`${door.url}${path}`, { method });
    return [response.status, response.headers.get("content-type"), await response.text()] as const;
  };
  const [code, type, text] = await ask("/metrics");
  assertEquals([code, type, text.includes("ftserver_connections 0\n")], [
    ...[200, OPEN_METRICS_TYPE, true],
  ]);
  assertEquals((await ask("/healthz")).at(2), "ok\n");
  assertEquals([(await ask("/"))[0], (await ask("/metrics", "POST"))[0]], [404, 405]);
  draining = true;
  assertEquals([(await ask("/healthz"))[0], (await ask("/metrics"))[0]], [503, 200]);
});

Deno.test("exportTelemetry registers all numbers, which are read on export, and needs a meter", () => {
  const observed = new Map<string, number[]>();
  const callbacks: (() => void)[] = [];
  const instrument = (name: string) => ({
    addCallback(call: (result: { observe(value: number): void }) => void) {
      callbacks.push(() => {
        const values: number[] = [];
        call({ observe: (value) => values.push(value) });
        observed.set(name, values);
      });
    },
  });
  let seats = 1;
  const meter = { createObservableGauge: instrument, createObservableCounter: instrument };
  assertEquals(exportTelemetry(() => ({ ...status, seats }), meter), true);
  seats = 5;
  callbacks.forEach((call) => call());
  assertEquals(observed.get("ftserver.chat_seats"), [5]);
  assertEquals(observed.get("ftserver.transferred_bytes"), [4, 6]);
  const broken = () => {
    throw new Error("otel not initialized");
  };
  assertEquals(
    exportTelemetry(() => status, {
      createObservableGauge: broken,
      createObservableCounter: broken,
    }),
    false,
  );
});

Deno.test("the status of a server counts connections, bytes, refusals and cache lookups", async () => {
  await using live = await testServer({ maxConnections: 1 });
  {
    await using remote = await live.connect();
    const file = smallFile({
      ...{ path: "a", bytes: new Uint8Array(5), mtimeMs: 0, executable: false },
    });
    await remote.files.writeMany([file]);
    await remote.files.stat("none").catch(() => {});
    await live.connect().catch(() => {});
    const { connections, transfers, refusals, draining } = live.server.status();
    assertEquals([connections, draining], [{ open: 1, accepted: 1, refused: 1 }, false]);
    assertEquals([transfers.put.done, transfers.put.bytes, refusals], [1, 5, { not_found: 1 }]);
  }
});
