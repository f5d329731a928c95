/**
 * A server's numbers in the OpenMetrics text format, with names as Prometheus has them.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
 *
 * @module
 */

import type { Direction } from "../service/transfer_counts.ts";
import type { ServerStatus } from "./status.ts";

/** What the text is to a client of HTTP. */
export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** One number, with what tells it apart. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Numbers of one name. */
export interface MetricFamily {
  /** Without the `_total` or `_info` that samples of these types have. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "info";
  readonly unit?: "bytes" | "seconds";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const DIRECTIONS: readonly Direction[] = ["get", "put"];

/** All families of a status. */
export function metricFamilies(status: ServerStatus): readonly MetricFamily[] {
  const { connections, transfers, cache, refusals, seats, draining, version } = status;
  const perDirection = (value: (direction: Direction) => number): Sample[] =>
    DIRECTIONS.map((direction) => ({ value: value(direction), labels: { direction } }));
  const one = (value: number): Sample[] => [{ value }];
  return [
    gauge("ftserver_connections", "Connections that are open", one(connections.open)),
    counter("ftserver_connections_accepted", "Connections let in", one(connections.accepted)),
    counter("ftserver_connections_refused", "Connections turned away", one(connections.refused)),
    gauge("ftserver_transfers", "Transfers under way", perDirection((d) => transfers[d].running)),
    counter("ftserver_transfers_finished", "Transfers that ended", [
      ...DIRECTIONS.flatMap((direction) => [
        { value: transfers[direction].done, labels: { direction, result: "done" } },
        { value: transfers[direction].failed, labels: { direction, result: "failed" } },
      ]),
    ]),
    {
      ...counter(
        "ftserver_transferred_bytes",
        "Content bytes that moved",
        perDirection((d) => transfers[d].bytes),
      ),
      unit: "bytes",
    },
    gauge("ftserver_chat_seats", "Chat seats that are taken", one(seats)),
    counter("ftserver_digest_cache_hits", "Digests that were known", one(cache.hits)),
    counter("ftserver_digest_cache_misses", "Digests that were not known", one(cache.misses)),
    counter(
      "ftserver_requests_refused",
      "Requests that were refused, by error code",
      Object.entries(refusals).map(([code, value]) => ({ value, labels: { code } })),
    ),
    gauge("ftserver_draining", "Whether the server is stopping", one(Number(draining))),
    {
      ...gauge("process_start_time_seconds", "Start of the process since 1970", [
        { value: Date.parse(status.startedAt) / 1000 },
      ]),
      unit: "seconds",
    },
    {
      ...gauge("process_resident_memory_bytes", "Memory in use", one(Deno.memoryUsage().rss)),
      unit: "bytes",
    },
    {
      ...{ name: "ftserver_build", type: "info", help: "The version that runs" },
      samples: [{ value: 1, labels: { version } }],
    },
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}

/** Families as text. */
export function openMetricsText(families: readonly MetricFamily[]): string {
  const lines = families.flatMap(({ name, type, unit, help, samples }) => [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}.`,
    ...samples.map((sample) => `${name}${SUFFIX[type]}${labelText(sample.labels)} ${sample.value}`),
  ]);
  return [...lines, "# EOF", ""].join("\n");
}

const SUFFIX = { gauge: "", counter: "_total", info: "_info" } as const;

function labelText(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) =>
    `${key}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Answers `/metrics` and `/healthz`: 200 while it serves, 503 while it stops. */
export function answerMetrics(request: Request, status: () => ServerStatus): Response {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("only GET\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  switch (new URL(request.url).pathname) {
    case "/metrics":
      return new Response(openMetricsText(metricFamilies(status())), {
        headers: { "content-type": OPEN_METRICS_TYPE },
      });
    case "/healthz": {
      const { draining } = status();
      return new Response(draining ? "stopping\n" : "ok\n", { status: draining ? 503 : 200 });
    }
    default:
      return new Response("see /metrics and /healthz\n", { status: 404 });
  }
}
