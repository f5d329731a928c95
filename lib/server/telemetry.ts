/**
 * The same numbers for OpenTelemetry, where the runtime exports it (`OTEL_DENO=true`).
 *
 * @module
 */

import { VERSION } from "../base/version.ts";
import { metricFamilies, type MetricFamily } from "./metrics.ts";
import type { ServerStatus } from "./status.ts";

/** What is used of a meter. */
export interface Meter {
  createObservableGauge(name: string, about: { description: string; unit?: string }): Instrument;
  createObservableCounter(name: string, about: { description: string; unit?: string }): Instrument;
}

/** What is used of an instrument. */
export interface Instrument {
  addCallback(call: (result: Observer) => void): void;
}

/** Takes numbers. */
export interface Observer {
  observe(value: number, attributes?: Readonly<Record<string, string>>): void;
}

const UNITS = { bytes: "By", seconds: "s" } as const;

function runtimeMeter(): Meter | undefined {
  const { telemetry } = Deno as unknown as {
    telemetry?: { meterProvider: { getMeter(name: string, version: string): Meter } };
  };
  return telemetry?.meterProvider.getMeter("ftserver", VERSION);
}

/**
 * Has the numbers read whenever the runtime exports metrics.
 *
 * @param meter Where to. @default the runtime's
 * @returns Whether it does.
 */
export function exportTelemetry(status: () => ServerStatus, meter?: Meter): boolean {
  try {
    const used = meter ?? runtimeMeter();
    if (used !== undefined) registerAll(status, used);
    return used !== undefined;
  } catch {
    // Switched off: the runtime has a meter, which does not take instruments.
    return false;
  }
}

function registerAll(status: () => ServerStatus, meter: Meter): void {
  for (const { name, type, help, unit } of metricFamilies(status())) {
    if (type === "info" || name.startsWith("process_")) continue;
    const about = { description: help, ...(unit === undefined ? {} : { unit: UNITS[unit] }) };
    // Their names have dots where Prometheus has the first underscore.
    const dotted = name.replace("_", ".");
    const instrument = type === "counter"
      ? meter.createObservableCounter(dotted, about)
      : meter.createObservableGauge(dotted, about);
    instrument.addCallback((result) => observe(result, name, metricFamilies(status())));
  }
}

function observe(result: Observer, name: string, families: readonly MetricFamily[]): void {
  const family = families.find((family) => family.name === name);
  for (const { value, labels } of family?.samples ?? []) result.observe(value, labels);
}
