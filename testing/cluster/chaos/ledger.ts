/**
 * What a cluster has promised its clients, and every way in which it broke a promise.
 *
 * @module
 */

import type { FtError } from "../../../lib/base/errors.ts";
import type { Version } from "./versioned.ts";

/** Kinds of completed work. */
export type Work = "put" | "get" | "overwrite" | "contest" | "resume" | "lock" | "say";

/** How long a grant may seem to last, for clocks that were compared over a busy machine. */
const CLOCK_TOLERANCE_MS = 500;

/** Collects the facts of all clients. */
export class Ledger {
  /** Files whose upload was acknowledged, each with one writer, and their versions. */
  readonly files = new Map<string, Version>();
  /** Texts whose sending was acknowledged. */
  readonly said = new Set<string>();
  /** Broken promises. */
  readonly wrong: string[] = [];
  /** Completed works. */
  readonly done: Record<Work, number> = {
    put: 0,
    get: 0,
    overwrite: 0,
    contest: 0,
    resume: 0,
    lock: 0,
    say: 0,
  };
  /** How often each retryable error was seen. */
  readonly retried = new Map<string, number>();
  /** Blocks that a resumed upload did not send again. */
  keptBytes = 0;
  readonly #holds = new Map<string, { readonly by: number; readonly untilMs: number }>();

  /** Counts an error that a client answered by another attempt. */
  retry({ code, message }: FtError): void {
    const text = `${code}: ${message.replaceAll(/\d+/g, "N")}`;
    this.retried.set(text, (this.retried.get(text) ?? 0) + 1);
  }

  /** A client got a lease that it requested at a time, by `performance.now()`. */
  granted(path: string, by: number, requestedMs: number, ttlMs: number): void {
    const held = this.#holds.get(path);
    const leftMs = (held?.untilMs ?? 0) - performance.now();
    if (held !== undefined && held.by !== by && leftMs > CLOCK_TOLERANCE_MS) {
      this.wrong.push(`${path} was leased to ${held.by} for ${leftMs} ms more, and to ${by}`);
    }
    this.#holds.set(path, { by, untilMs: requestedMs + ttlMs });
    this.done.lock++;
  }

  /** A client is about to give a lease back. */
  releases(path: string, by: number): void {
    if (this.#holds.get(path)?.by === by) this.#holds.delete(path);
  }

  /** The completed works and the retries, for people. */
  summary(): string {
    const works = Object.entries(this.done).map(([work, count]) => `${count} ${work}`).join(", ");
    const errors = [...this.retried].map(([text, count]) => `  ${count} x ${text}`);
    const files = `${this.files.size} files, ${this.said.size} messages`;
    return [`${works}; ${files}; ${this.keptBytes} bytes kept`, ...errors].join("\n");
  }
}
