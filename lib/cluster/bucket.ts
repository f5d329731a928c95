/**
 * Keys with one value each, which all servers of a cluster share.
 *
 * @module
 */

import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import type { KV } from "@nats-io/kv";
import { BUS_TIMEOUT_MS } from "../base/limits.ts";
import { raceSignal } from "../base/signals.ts";
import type { BusSession } from "./bus_session.ts";
import { askBus } from "./ask_bus.ts";
import { busErrorCode, WRONG_REVISION } from "./bus_error.ts";
import { followStream } from "./follow_stream.ts";

/** A key that a server writes to see that it has read all that was written before. */
const MARK = "mark";

/** The header of an entry that removes its key. */
const OPERATION = "KV-Operation";

/** The value of a key. */
export interface BucketEntry {
  readonly key: string;
  /** `null` once the key is removed. */
  readonly value: string | null;
  /** Grows with every change in the bucket: a fencing number. */
  readonly revision: number;
  /** When it was stored, in milliseconds since 1970 by the clock of the bus. */
  readonly atMs: number;
}

/** A bucket. Keys are letters, digits, `-`, `_`, `=`, `/` and `.`. */
export class Bucket {
  readonly #name: string;
  readonly #kv: KV;
  readonly #bus: BusSession;
  readonly #manager: JetStreamManager;
  readonly #follower: JetStreamClient;

  /**
   * @param options Its name, the bucket in the library, and what manages and follows the stream that it is.
   */
  constructor(
    { name, kv, manager, follower }: {
      readonly name: string;
      readonly kv: KV;
      readonly manager: JetStreamManager;
      readonly follower: JetStreamClient;
    },
    bus: BusSession,
  ) {
    this.#name = name;
    this.#kv = kv;
    this.#bus = bus;
    this.#manager = manager;
    this.#follower = follower;
  }

  get #stream(): string {
    return `KV_${this.#name}`;
  }

  #subject(key: string): string {
    return `$KV.${this.#name}.${key}`;
  }

  /** Reads a key, as no write that was confirmed before is missed. @throws `network`. */
  async get(key: string): Promise<BucketEntry | null> {
    const entry = await askBus(this.#bus, () => this.#kv.get(key));
    if (entry === null) return null;
    const value = entry.operation === "PUT" ? entry.string() : null;
    return { key, value, revision: entry.revision, atMs: entry.created.getTime() };
  }

  /**
   * Writes a key if it still has a revision.
   *
   * @param revision That of the value that is replaced; 0 if there must be none.
   * @returns The new revision; `null` if another server was first.
   * @throws `network`.
   */
  async swap(key: string, value: string, revision: number): Promise<number | null> {
    return await askBus(this.#bus, async () => {
      try {
        if (revision === 0) return await this.#kv.create(key, value);
        return await this.#kv.update(key, value, revision, BUS_TIMEOUT_MS);
      } catch (error) {
        if (busErrorCode(error) === WRONG_REVISION) return null;
        throw error;
      }
    });
  }

  /** Writes a key. @returns The new revision. @throws `network`. */
  async put(key: string, value: string): Promise<number> {
    return await askBus(this.#bus, () => this.#kv.put(key, value, { timeout: BUS_TIMEOUT_MS }));
  }

  /**
   * Removes a key.
   *
   * @param revision That of the value that is meant; another one stays. @default any
   * @throws `network`.
   */
  async remove(key: string, revision?: number): Promise<void> {
    await askBus(this.#bus, async () => {
      try {
        await this.#kv.delete(key, revision === undefined ? {} : { previousSeq: revision });
      } catch (error) {
        if (busErrorCode(error) !== WRONG_REVISION) throw error;
      }
    });
  }

  /**
   * Removes a key and every trace of it, so that keys that are never used again take no room. Those
   * that follow the bucket do not learn of it.
   *
   * @param revision That of the value that is meant; a newer one stays.
   * @throws `network`.
   */
  async erase(key: string, revision: number): Promise<void> {
    await askBus(this.#bus, async () => {
      const options = { filter: this.#subject(key), seq: revision + 1 };
      await this.#manager.streams.purge(this.#stream, options);
    });
  }

  /** Tells this bucket from another one of the same name, made after it was lost. @throws `network`. */
  async epoch(): Promise<string> {
    const { streamInfo } = await askBus(this.#bus, () => this.#kv.status());
    return streamInfo.created;
  }

  /**
   * Follows the bucket until the signal ends: first every key as it is, then every change.
   *
   * @param onEntry Called with each, in the order of their revisions. After a lost connection some
   *   may come again.
   * @returns When the keys that are there now have been seen, or are about to be seen with a change.
   * @throws `network` if it cannot begin.
   */
  async watch(onEntry: (entry: BucketEntry) => void, signal: AbortSignal): Promise<void> {
    const seen = Promise.withResolvers<void>();
    // The library cannot say which entry is the last of those that are there, if keys change meanwhile.
    const mark = await this.put(MARK, "");
    this.follow((entry) => {
      if (entry.key !== MARK) onEntry(entry);
      else if (entry.revision >= mark) seen.resolve();
    }, signal);
    await raceSignal(seen.promise, signal);
  }

  /** Does the same without an answer that all keys have been seen. */
  follow(onEntry: (entry: BucketEntry) => void, signal: AbortSignal): void {
    const begin = () => ({ deliver_policy: DeliverPolicy.LastPerSubject });
    const followed = { client: this.#follower, stream: this.#stream, begin };
    void followStream(followed, this.#bus, (message) => {
      const key = message.subject.slice(this.#subject("").length);
      const value = message.headers?.has(OPERATION) ? null : message.string();
      onEntry({ key, value, revision: message.seq, atMs: message.time.getTime() });
    }, signal);
  }
}
