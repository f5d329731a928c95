/**
 * Accepting connections in spite of failures, such as a process without free descriptors.
 *
 * @module
 */

import type { DescriptorReserve } from "../base/descriptors.ts";
import { ACCEPT_EPISODE_MS, ACCEPT_RETRY_MS, MAX_ACCEPT_RETRY_MS } from "../base/limits.ts";
import { type Logger, SILENT } from "../base/log.ts";
import { asFtError, codeOf, isOutOfDescriptors } from "../base/os_errors.ts";
import { delay } from "../base/signals.ts";

/** How a listener behaves when connections cannot be accepted. */
export interface AcceptOptions {
  /** Reports failures. @default nowhere */
  readonly log?: Logger;
  /** Provides a descriptor when no other is free. @default none */
  readonly reserve?: DescriptorReserve;
}

/** Options of {@linkcode acceptAll}. */
export interface AcceptLoopOptions extends AcceptOptions {
  /** The address of the listener, for the log. */
  readonly where: string;
  /** Aborted when the listener is closed. */
  readonly signal: AbortSignal;
}

/** An accepted connection. */
export interface Accepted<C> {
  readonly conn: C;
  /**
   * Present if no descriptor was free, so that the connection uses one of the reserve: it must be
   * closed soon, and this disposed then.
   */
  readonly borrowed?: Disposable | undefined;
}

/** A socket that listens. */
export interface Acceptor<C> {
  accept(): Promise<C>;
}

type Outcome<C> = Accepted<C> | "closed" | "failed";

/**
 * Yields connections until the listener is closed. After a failure it waits, longer each time, and
 * tries again.
 */
export async function* acceptAll<C>(
  listener: Acceptor<C>,
  options: AcceptLoopOptions,
): AsyncGenerator<Accepted<C>> {
  const failures = new Failures(options);
  while (true) {
    // A descriptor that became free belongs to the reserve first.
    options.reserve?.refill();
    const outcome = await acceptOne(listener, options, failures);
    if (outcome === "closed") return;
    if (outcome === "failed") {
      await failures.pause();
    } else {
      failures.resetPause();
      yield outcome;
    }
  }
}

async function acceptOne<C>(
  listener: Acceptor<C>,
  options: AcceptLoopOptions,
  failures: Failures,
): Promise<Outcome<C>> {
  try {
    const conn = await listener.accept();
    failures.succeeded();
    return { conn };
  } catch (error) {
    if (isClosed(error)) return "closed";
    // The peer has disconnected already.
    if (codeOf(error) === "network") return "failed";
    failures.failed(error);
    return isOutOfDescriptors(error) ? await acceptBorrowing(listener, options) : "failed";
  }
}

async function acceptBorrowing<C>(
  listener: Acceptor<C>,
  { reserve }: AcceptLoopOptions,
): Promise<Outcome<C>> {
  const loan = reserve?.lend();
  if (loan === undefined) return "failed";
  try {
    const conn = await listener.accept();
    // The connection may have arrived much later.
    return loan.repay() ? { conn } : { conn, borrowed: loan };
  } catch (error) {
    loan[Symbol.dispose]();
    return isClosed(error) ? "closed" : "failed";
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

/** Logs when accepting begins to fail and when it works again, and spaces the attempts. */
class Failures {
  readonly #options: AcceptLoopOptions;
  #waitMs = ACCEPT_RETRY_MS;
  #firstMs: number | undefined;
  #lastMs = 0;

  constructor(options: AcceptLoopOptions) {
    this.#options = options;
  }

  failed(error: unknown): void {
    this.#lastMs = performance.now();
    if (this.#firstMs !== undefined) return;
    this.#firstMs = this.#lastMs;
    const { where: listen, log = SILENT } = this.#options;
    log.warning("accept.failed", { listen, message: asFtError(error).message });
  }

  succeeded(): void {
    if (this.#firstMs === undefined) return;
    // At the limit, failures and successes alternate; that is one episode.
    if (performance.now() - this.#lastMs < ACCEPT_EPISODE_MS) return;
    const seconds = Number(((this.#lastMs - this.#firstMs) / 1000).toFixed(3));
    this.#firstMs = undefined;
    const { where: listen, log = SILENT } = this.#options;
    log.info("accept.recovered", { listen, seconds });
  }

  resetPause(): void {
    this.#waitMs = ACCEPT_RETRY_MS;
  }

  async pause(): Promise<void> {
    // A closed listener ends the loop at its next accept.
    await delay(this.#waitMs, this.#options.signal).catch(() => {});
    this.#waitMs = Math.min(2 * this.#waitMs, MAX_ACCEPT_RETRY_MS);
  }
}
