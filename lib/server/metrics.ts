/**
 * The metrics of a server in the OpenMetrics text format, with the usual names of Prometheus.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
 *
 * @module
 */

import type { Direction } from "../service/transfer_counts.ts";
import type { ServerStatus } from "./status.ts";

/** The media type of the text. */
export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** One number with its labels. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The samples of one name. */
export interface MetricFamily {
  /** The name without the suffix of its type, `_total` or `_info`. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "info";
  readonly unit?: "bytes" | "seconds";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const DIRECTIONS: readonly Direction[] = ["get", "put"];

/** All metrics of a status. */
export function metricFamilies(status: ServerStatus): readonly MetricFamily[] {
  const { connections, transfers, cache, refusals, seats, draining, version, faults } = status;
  const perDirection = (value: (direction: Direction) => number): Sample[] =>
    DIRECTIONS.map((direction) => ({ value: value(direction), labels: { direction } }));
  const one = (value: number): Sample[] => [{ value }];
  return [
    gauge("ftserver_connections", "Open connections", one(connections.open)),
    counter("ftserver_connections_accepted", "Accepted connections", one(connections.accepted)),
    counter("ftserver_connections_refused", "Refused connections", one(connections.refused)),
    gauge("ftserver_transfers", "Running transfers", perDirection((d) => transfers[d].running)),
    counter("ftserver_transfers_finished", "Finished transfers", [
      ...DIRECTIONS.flatMap((direction) => [
        { value: transfers[direction].done, labels: { direction, result: "done" } },
        { value: transfers[direction].failed, labels: { direction, result: "failed" } },
      ]),
    ]),
    {
      ...counter(
        "ftserver_transferred_bytes",
        "Content bytes transferred",
        perDirection((d) => transfers[d].bytes),
      ),
      unit: "bytes",
    },
    gauge("ftserver_chat_seats", "Occupied chat seats", one(seats)),
    counter("ftserver_digest_cache_hits", "Digest lookups answered by the cache", one(cache.hits)),
    counter(
      "ftserver_digest_cache_misses",
      "Digest lookups not answered by the cache",
      one(cache.misses),
    ),
    counter(
      "ftserver_requests_refused",
      "Refused requests by error code",
      Object.entries(refusals).map(([code, value]) => ({ value, labels: { code } })),
    ),
    gauge("ftserver_draining", "Whether the server is stopping", one(Number(draining))),
    gauge("ftserver_faults", "Faults that keep it from serving files", one(faults.length)),
    ...certificateFamilies(status),
    {
      ...gauge("process_start_time_seconds", "Start time of the process since 1970", [
        { value: Date.parse(status.startedAt) / 1000 },
      ]),
      unit: "seconds",
    },
    {
      ...gauge("process_resident_memory_bytes", "Resident memory", one(Deno.memoryUsage().rss)),
      unit: "bytes",
    },
    {
      ...{ name: "ftserver_build", type: "info", help: "Version of the server" },
      samples: [{ value: 1, labels: { version } }],
    },
  ];
}

function certificateFamilies({ certificate }: ServerStatus): readonly MetricFamily[] {
  if (certificate === undefined) return [];
  const samples = [{ value: Date.parse(certificate.expiresAt) / 1000 }];
  const name = "ftserver_certificate_expiry_seconds";
  return [{ ...gauge(name, "When the certificate expires since 1970", samples), unit: "seconds" }];
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}

/** Encodes metrics as text. */
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

/** Answers `/metrics`, and `/healthz` with 200, or 503 while the server stops or has a fault. */
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
      const { draining, faults, warnings } = status();
      const problems = draining ? ["stopping"] : faults;
      const lines = problems.length > 0 ? problems : ["ok"];
      const text = [...lines, ...warnings.map((warning) => `warning: ${warning}`), ""].join("\n");
      return new Response(text, { status: problems.length > 0 ? 503 : 200 });
    }
    default:
      return new Response("see /metrics and /healthz\n", { status: 404 });
  }
}
