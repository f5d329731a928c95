/**
 * Works of the legacy dialects, and their phases.
 *
 * @module
 */

import { join } from "node:path";
import type { Random } from "../../testing/random.ts";
import type { Place } from "../wire.ts";
import type { Work } from "../work.ts";

/** The size of a file, which is sent in several pieces. */
export const BYTES = 300_000;
const NAME = "f.bin";

/** A legacy dialect. */
export interface LegacyDialect {
  readonly name: string;
  /** Whether a client detects missing content; `updown` ends content with the connection. */
  readonly bounded: boolean;
  /** Whether a client detects damaged content. */
  readonly digest: boolean;
  /** Whether it has uploads. */
  readonly puts: boolean;
}

/** All legacy dialects. */
export const LEGACY_DIALECTS: readonly LegacyDialect[] = [
  { name: "line", bounded: true, digest: true, puts: false },
  { name: "framed", bounded: true, digest: true, puts: false },
  { name: "oneshot", bounded: true, digest: true, puts: false },
  { name: "json", bounded: true, digest: false, puts: true },
  { name: "updown", bounded: false, digest: false, puts: true },
];

/** Returns random letters, since `json` can transfer only text. */
export function letters(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return random.bytes(length).map((byte) => 97 + byte % 26);
}

/** A work of a legacy dialect. */
export interface LegacyWork extends Work {
  readonly dialect: LegacyDialect;
}

/** Transfers a new file, or overwrites one. */
function work(dialect: LegacyDialect, way: Work["way"], over: boolean, bytes: number): LegacyWork {
  return {
    name: `${over ? "overwrite-" : ""}${way}${bytes < BYTES ? "-small" : ""}`,
    ...{ dialect, way, scheme: `ft+${dialect.name}` },
    // In `updown` the server answers an upload only to refuse it.
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

/** Returns the works of a dialect. No dialect can ask a server to replace a file. */
export function worksOf(dialect: LegacyDialect, bytes: number = BYTES): LegacyWork[] {
  return [
    work(dialect, "get", false, bytes),
    work(dialect, "get", true, bytes),
    ...dialect.puts ? [work(dialect, "put", false, bytes)] : [],
  ];
}

/** A phase of a work. */
export interface LegacyPhase {
  readonly name: string;
  place(work: LegacyWork): Place;
}

const at = (way: Place["way"], offset: number) => (): Place => ({ way, find: () => offset });
const contentAt = (offset: number) => (work: LegacyWork): Place => ({
  ...{ way: work.way === "get" ? "down" : "up", find: () => offset },
});

/** The phases, in order. A header is shorter than 200 bytes; content follows. */
export const LEGACY_PHASES: readonly LegacyPhase[] = [
  { name: "before-request", place: at("up", 0) },
  { name: "in-request", place: at("up", 3) },
  { name: "before-answer", place: at("down", 0) },
  { name: "in-header", place: at("down", 3) },
  { name: "first-data", place: contentAt(200) },
  { name: "middle", place: contentAt(BYTES / 2) },
  { name: "last-data", place: contentAt(BYTES - 1) },
];
