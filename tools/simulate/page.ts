/**
 * The tables of docs/CAPACITY.md.
 *
 * @module
 */

import { formatBytes } from "../../lib/base/format_bytes.ts";
import { BUS_KINDS } from "../../testing/network/bus_requests.ts";
import { STORE_KINDS } from "../../testing/network/store_requests.ts";
import type { CalibrationCase } from "./calibration.ts";
import { COMMANDS } from "./commands.ts";
import { billedOf, COUNTED } from "./counted.ts";
import type { Measured } from "./measured.ts";
import { PRICES } from "./profile.ts";
import type { Step } from "./steps.ts";

/** The tables by the names of their places in the page. */
export type Tables = Readonly<
  Record<"counted" | "costs" | "memory" | "calibration" | "steps", string>
>;

const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

/** What each command asks of the store and of the bus. */
export function countedTable(): string {
  return table(
    ["command", "store", "bus"],
    COMMANDS.map(({ name, title }) => {
      const { store, bus } = COUNTED.commands[name];
      const list = (kinds: readonly string[], counts: Readonly<Record<string, number>>) =>
        kinds.filter((kind) => kind in counts).map((kind) => `${counts[kind]} ${kind}`).join(
          ", ",
        ) ||
        "none";
      return [title, list(STORE_KINDS, store), list(BUS_KINDS, bus)];
    }),
  );
}

/** What each command costs a server, and at list prices. */
export function costsTable({ processor }: Measured): string {
  return table(
    ["command", "content", "thread", "other threads", "requests, for 1,000 of it"],
    COMMANDS.map(({ name, title, bytes }) => {
      const { reads, writes } = billedOf(name);
      const dollars = (reads * PRICES.read + writes * PRICES.write) * 1000;
      const content = bytes === 0 ? "none" : formatBytes(bytes);
      const { thread, others } = processor[name];
      const times = [thread, others].map((ms) => `${significant(ms)} ms`);
      return [title, content, ...times, `$${dollars.toFixed(4)}`];
    }),
  );
}

/** The memory of what is open. */
export function memoryTable({ memory, deliveryMs }: Measured): string {
  return table(["", "of a server"], [
    ["memory of a server that had 50 sessions", formatBytes(memory.server)],
    ["memory of a session", formatBytes(memory.session)],
    ["memory of a session with a seat", formatBytes(memory.seat)],
    ["memory of a lease", formatBytes(memory.lease)],
    ["thread, of a message for each seat that reads it", `${significant(deliveryMs)} ms`],
  ]);
}

/** What was measured, and what the simulation makes of it. */
export function calibrationTable(cases: readonly CalibrationCase[]): string {
  return table(
    ["operation", "clients", "store delayed by", "measured", "simulated", "error"],
    cases.map(({ operation, clients, delayMs, perSecond, simulated, error, fitted }) => [
      ...[operation === "getSmall" ? "get, 4 KiB" : "put, 4 KiB", clients, `${delayMs} ms`],
      ...[`${significant(perSecond)}/s`, `${significant(simulated)}/s`],
      fitted ? "fitted" : `${error < 0 ? "-" : "+"}${Math.round(Math.abs(error) * 100)} %`,
    ]),
  );
}

/** From a few users to many. */
export function stepsTable(steps: readonly Step[]): string {
  return table(
    [
      ...["users", "operations", "store reads, writes", "bus", "clusters", "servers"],
      ...["get of 4 KiB, median, 99 %", "per month", "first bottleneck"],
    ],
    steps.map(({ plan: { users, demand, clusters, servers, bottleneck }, load, dollars }) => [
      ...[count(users), `${count(demand.operations)}/s`],
      ...[`${count(demand.reads)}, ${count(demand.writes)}/s`, `${count(demand.bus)}/s`],
      ...[clusters, servers, `${Math.round(load.medianMs)}, ${Math.round(load.slowMs)} ms`],
      ...[`$${count(dollars)}`, bottleneck],
    ]),
  );
}

/** A number as people read it. */
function count(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : significant(value);
}

function significant(value: number): string {
  return String(Number(value.toPrecision(value < 100 ? 2 : 3)));
}

/** Puts the tables into a page, between `<!-- NAME -->` and `<!-- end of NAME -->`. */
export function withTables(page: string, tables: Tables): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`the page has no place for ${name}`);
    return text.replace(place, (_, start, end) => `${start}\n${content}\n${end}`);
  }, page);
}
