/**
 * The works of the older dialects, and the places in them.
 *
 * @module
 */

import { join } from "node:path";
import type { Random } from "../../testing/random.ts";
import type { Place } from "../wire.ts";
import type { Work } from "../work.ts";

/** Bytes of a file: several pieces on the wire. */
export const BYTES = 300_000;
const NAME = "f.bin";

/** An older dialect. */
export interface LegacyDialect {
  readonly name: string;
  /** Whether a client sees that content ends too soon: `updown` ends it with the connection. */
  readonly bounded: boolean;
  /** Whether a client sees that content is not what it was. */
  readonly digest: boolean;
  /** Whether it takes uploads. */
  readonly puts: boolean;
}

/** All of them. */
export const LEGACY_DIALECTS: readonly LegacyDialect[] = [
  { name: "line", bounded: true, digest: true, puts: false },
  { name: "framed", bounded: true, digest: true, puts: false },
  { name: "oneshot", bounded: true, digest: true, puts: false },
  { name: "json", bounded: true, digest: false, puts: true },
  { name: "updown", bounded: false, digest: false, puts: true },
];

/** Letters: `json` carries text alone, in which no character is written as several. */
export function letters(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return random.bytes(length).map((byte) => 97 + byte % 26);
}

/** How a file is moved. */
export interface LegacyWork extends Work {
  readonly dialect: LegacyDialect;
}

/** A file that is not there yet, or over an older one. */
function work(dialect: LegacyDialect, way: Work["way"], over: boolean, bytes: number): LegacyWork {
  return {
    name: `${over ? "overwrite-" : ""}${way}${bytes < BYTES ? "-small" : ""}`,
    ...{ dialect, way, scheme: `ft+${dialect.name}` },
    // Who uploads in `updown` hears nothing but a refusal.
    answers: dialect.bounded || way === "get",
    async prepare(system, random) {
      const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
      const content = letters(random, bytes);
      await Deno.writeFile(join(from, NAME), content);
      const old = over ? letters(random, bytes) : null;
      if (old !== null) await Deno.writeFile(join(to, NAME), old);
      return {
        args: [way, NAME, ...over ? ["--overwrite"] : []],
        targets: [{ path: join(to, NAME), old, new: content }],
        entries: [`root/${NAME}`, `work/${NAME}`],
      };
    },
  };
}

/** What a dialect can do. No dialect has a way to ask that a file be replaced. */
export function worksOf(dialect: LegacyDialect, bytes: number = BYTES): LegacyWork[] {
  return [
    work(dialect, "get", false, bytes),
    work(dialect, "get", true, bytes),
    ...dialect.puts ? [work(dialect, "put", false, bytes)] : [],
  ];
}

/** A phase of works. */
export interface LegacyPhase {
  readonly name: string;
  place(work: LegacyWork): Place;
}

const at = (way: Place["way"], offset: number) => (): Place => ({ way, find: () => offset });
const contentAt = (offset: number) => (work: LegacyWork): Place => ({
  ...{ way: work.way === "get" ? "down" : "up", find: () => offset },
});

/** The phases, in order. A header is shorter than 200 bytes; content is most of the rest. */
export const LEGACY_PHASES: readonly LegacyPhase[] = [
  { name: "before-request", place: at("up", 0) },
  { name: "in-request", place: at("up", 3) },
  { name: "before-answer", place: at("down", 0) },
  { name: "in-header", place: at("down", 3) },
  { name: "first-data", place: contentAt(200) },
  { name: "middle", place: contentAt(BYTES / 2) },
  { name: "last-data", place: contentAt(BYTES - 1) },
];
