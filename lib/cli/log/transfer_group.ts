/**
 * Transfers that follow each other, as one line for the operator.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { formatBytes } from "../../base/format_bytes.ts";
import type { LogEvent, LogFields } from "../../base/log.ts";
import { formatPart } from "../format/sizes.ts";

/** Distinct names that are kept; later ones are only counted. */
const MAX_NAMES = 1000;

const textOf = (value: LogFields[string]) => value === undefined ? "" : String(value);
const numberOf = (value: LogFields[string]) => typeof value === "number" ? value : 0;

/** Transfers of one user in one direction. A file that came in parts counts once. */
export class TransferGroup {
  readonly #names = new Set<string>();
  readonly #op: string;
  #others = 0;
  #bytes = 0;
  #moved = 0;
  #startedMs = Infinity;
  #endedMs = -Infinity;
  #folder: string | undefined;

  /** @param op The operation, such as `get`. */
  constructor(op: string) {
    this.#op = op;
  }

  /** Adds a transfer that ended. */
  add({ at, fields }: LogEvent): void {
    const { bytes, moved, seconds } = fields;
    const name = textOf(fields.name);
    this.#moved += numberOf(moved);
    this.#startedMs = Math.min(this.#startedMs, at.getTime() - 1000 * numberOf(seconds));
    this.#endedMs = at.getTime();
    if (this.#names.has(name)) return;
    this.#bytes += numberOf(bytes);
    this.#folder = this.#folder === undefined ? dirname(name) : common(this.#folder, name);
    if (this.#names.size < MAX_NAMES) this.#names.add(name);
    else this.#others++;
  }

  /** The milliseconds of the first start. */
  get startedMs(): number {
    return this.#startedMs;
  }

  /** When the last one ended. */
  get endedAt(): Date {
    return new Date(this.#endedMs);
  }

  /** The operation, the name, the size and the time. */
  get fields(): readonly string[] {
    if (this.#op === "rm") return [this.#op, this.#name];
    const seconds = (this.#endedMs - this.#startedMs) / 1000;
    return [this.#op, this.#name, this.#size, `${seconds.toFixed(1)} s`];
  }

  get #name(): string {
    const count = this.#names.size + this.#others;
    if (count === 1) return [...this.#names][0]!;
    return this.#folder === "." ? `${count} files` : `${this.#folder}/ (${count} files)`;
  }

  get #size(): string {
    if (this.#moved >= this.#bytes) return formatBytes(this.#moved);
    if (this.#moved === 0) return `${formatBytes(this.#bytes)} already there`;
    return formatPart(this.#moved, this.#bytes);
  }
}

/** The folder that contains a folder and a name. */
function common(folder: string, name: string): string {
  while (folder !== "." && !name.startsWith(`${folder}/`)) folder = dirname(folder);
  return folder;
}
