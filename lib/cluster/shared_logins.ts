/**
 * Failed logins that all servers of a cluster count together: a bucket has their number for each
 * host, which lapses with the ban.
 *
 * @module
 */

import type { FailedLogins, LoginGuard } from "../auth/login_guard.ts";
import { every } from "../base/every.ts";
import { FtError } from "../base/errors.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import { LOGIN_SHARE_RETRY_MS, MAX_CLUSTER_SWAPS, MAX_LOGIN_SOURCES } from "../base/limits.ts";
import type { Bucket, BucketEntry } from "./bucket.ts";

/** Shares the failures that one server counts with the others. */
export class SharedLogins implements FailedLogins, Disposable {
  readonly #guard: LoginGuard;
  readonly #bucket: Bucket;
  readonly #now: () => number;
  /** Failures by host that the others do not know of yet. */
  readonly #unsent = new Map<string, number>();
  readonly #turns = new KeyedLock();
  readonly #stop = new AbortController();

  private constructor(guard: LoginGuard, bucket: Bucket, now: () => number) {
    this.#guard = guard;
    this.#bucket = bucket;
    this.#now = now;
  }

  /**
   * Begins to share.
   *
   * @param bucket Its values last as long as a ban.
   * @param now The clock of the bus.
   */
  static start(guard: LoginGuard, bucket: Bucket, now: () => number): SharedLogins {
    const shared = new SharedLogins(guard, bucket, now);
    const { signal } = shared.#stop;
    // A bucket that is full takes no mark, so this does not wait for its entries.
    bucket.follow((entry) => shared.#learn(entry), signal);
    const again = every(LOGIN_SHARE_RETRY_MS, () => shared.#sendAll());
    signal.addEventListener("abort", () => again[Symbol.dispose]());
    guard.shared = shared;
    return shared;
  }

  failed(source: string): void {
    const unsent = this.#unsent.get(source) ?? 0;
    if (unsent === 0 && this.#unsent.size >= MAX_LOGIN_SOURCES) return;
    this.#unsent.set(source, unsent + 1);
    this.#send(source).catch(() => {});
  }

  #sendAll(): void {
    for (const source of this.#unsent.keys()) this.#send(source).catch(() => {});
  }

  /** Adds the failures to those that other servers have counted. They stay unsent if that fails. */
  async #send(source: string): Promise<void> {
    const key = keyOf(source);
    using _turn = await this.#turns.acquire(key, this.#stop.signal);
    for (let swaps = 0; swaps < MAX_CLUSTER_SWAPS; swaps++) {
      const more = this.#unsent.get(source) ?? 0;
      if (more === 0) return;
      const entry = await this.#bucket.get(key);
      const failures = failuresOf(entry) + more;
      if (await this.#bucket.swap(key, String(failures), entry?.revision ?? 0) === null) continue;
      const left = this.#unsent.get(source)! - more;
      if (left > 0) this.#unsent.set(source, left);
      else this.#unsent.delete(source);
    }
  }

  #learn(entry: BucketEntry): void {
    const [source, failures] = [sourceOf(entry.key), failuresOf(entry)];
    if (source === undefined || failures === 0) return;
    this.#guard.learn(source, failures, Math.max(0, this.#now() - entry.atMs));
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new FtError("interrupted", "the server stops"));
    this.#guard.shared = undefined;
  }
}

function failuresOf(entry: BucketEntry | null): number {
  return /^\d{1,9}$/.test(entry?.value ?? "") ? Number(entry!.value) : 0;
}

function keyOf(source: string): string {
  const bytes = new TextEncoder().encode(source);
  return `host.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

function sourceOf(key: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(key.split(".")[1] ?? "", { alphabet: "base64url" });
    return new TextDecoder().decode(bytes) || undefined;
  } catch {
    return undefined;
  }
}
