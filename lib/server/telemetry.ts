/**
 * Exports the metrics to OpenTelemetry if the runtime does (`OTEL_DENO=true`).
 *
 * @module
 */

import { VERSION } from "../base/version.ts";
import { metricFamilies, type MetricFamily } from "./metrics.ts";
import type { ServerStatus } from "./status.ts";

/** The part of an OpenTelemetry meter that is used. */
export interface Meter {
  createObservableGauge(name: string, about: { description: string; unit?: string }): Instrument;
  createObservableCounter(name: string, about: { description: string; unit?: string }): Instrument;
}

/** The part of an OpenTelemetry instrument that is used. */
export interface Instrument {
  addCallback(call: (result: Observer) => void): void;
}

/** Receives numbers. */
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
 * Registers all metrics; they are read whenever the runtime exports them.
 *
 * @param meter The meter to register with. @default the runtime's
 * @returns Whether there is a meter.
 */
export function exportTelemetry(status: () => ServerStatus, meter?: Meter): boolean {
  try {
    const used = meter ?? runtimeMeter();
    if (used !== undefined) registerAll(status, used);
    return used !== undefined;
  } catch {
    // If telemetry is off, the runtime has a meter that accepts no instruments.
    return false;
  }
}

function registerAll(status: () => ServerStatus, meter: Meter): void {
  for (const { name, type, help, unit } of metricFamilies(status())) {
    if (type === "info" || name.startsWith("process_")) continue;
    const about = { description: help, unit: unit && UNITS[unit] };
    // OpenTelemetry has a dot where Prometheus has the first underscore.
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
