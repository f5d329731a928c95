/**
 * The seats of all servers of a cluster, in a bucket by the skeletons of their names.
 *
 * @module
 */

import { every } from "../base/every.ts";
import { SEAT_BEAT_MS, SEAT_LAPSE_MS } from "../base/limits.ts";
import { skeletonOf } from "../base/lookalikes.ts";
import type { ChatBusReceiver, SharedSeat } from "../chat/chat_bus.ts";
import type { Bucket, BucketEntry } from "./bucket.ts";
import { parseRecord, seatSchema } from "./chat_records.ts";

const SERVER_KEY = /^server\.(.+)$/;
const serverKey = (server: string) => `server.${server}`;

/** A seat here. */
interface OwnSeat {
  readonly seat: SharedSeat;
  /** The revision of its entry; `undefined` until the others know of it. */
  revision?: number;
  /** The entry of another server that gave its name away before the revision was known. */
  rival?: BucketEntry;
}

/** A seat on another server. */
interface OtherSeat {
  readonly seat: SharedSeat;
  readonly server: string;
  readonly revision: number;
  saidMs: number;
}

/** A server that is followed. */
interface FollowedServer {
  /** Beats of this server since its last one. */
  missed: number;
  /** That of its last beat. @default it has sent none */
  revision?: number;
}

/** Tells others of the seats of one server, and knows theirs. */
export class SharedSeats {
  readonly #hub: ChatBusReceiver;
  readonly #bucket: Bucket;
  /** Names this run of this server. */
  readonly #server = crypto.randomUUID();
  readonly #own = new Map<string, OwnSeat>();
  readonly #others = new Map<string, OtherSeat>();
  /** The keys of the others by the identifiers of the seats. */
  readonly #keys = new Map<string, string>();
  /**
   * The other servers. Their beats are compared with those of this server, which come on the same
   * way, so a bus that is silent for a while makes nobody seem to be gone.
   */
  readonly #servers = new Map<string, FollowedServer>();

  /** @param hub Has the seats of this server. */
  constructor(hub: ChatBusReceiver, bucket: Bucket) {
    this.#hub = hub;
    this.#bucket = bucket;
  }

  /** Learns the seats of the others, and shows them that this server runs. @throws `network`. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#beat();
    await this.#bucket.watch((entry) => this.#learn(entry), signal);
    const beat = every(SEAT_BEAT_MS, () => {
      this.#beat().catch(() => {});
    });
    signal.addEventListener("abort", () => {
      beat[Symbol.dispose]();
      this.#bucket.remove(serverKey(this.#server)).catch(() => {});
    });
  }

  async #beat(): Promise<void> {
    await this.#bucket.put(serverKey(this.#server), "");
    // Without the bus a seat is taken all the same, and the others learn of it now.
    for (const own of this.#own.values()) if (own.revision === undefined) await this.#tell(own);
  }

  async #tell(own: OwnSeat): Promise<void> {
    const { id, name, dialect, identity } = own.seat;
    const record = JSON.stringify({ id, server: this.#server, name, dialect, identity });
    own.revision = await this.#bucket.put(keyOf(name), record);
    const { rival } = own;
    delete own.rival;
    if (rival !== undefined) this.#learnSeat(rival);
  }

  /** Tells the others of a seat here. */
  enter(seat: SharedSeat): void {
    const key = keyOf(seat.name);
    const own: OwnSeat = { seat };
    this.#own.set(key, own);
    this.#drop(key);
    this.#tell(own).catch(() => {});
  }

  /** Tells the others that a seat here is gone. */
  leave({ id, name }: SharedSeat): void {
    const key = keyOf(name);
    const own = this.#own.get(key);
    if (own?.seat.id !== id) return;
    this.#own.delete(key);
    this.#bucket.remove(key, own.revision).catch(() => {});
  }

  /** The seats on other servers that run. */
  *others(): Generator<SharedSeat & { readonly saidMs: number }> {
    for (const { seat, saidMs } of this.#others.values()) yield { ...seat, saidMs };
  }

  /** A seat has sent a message. */
  said(id: string | undefined, atMs: number): void {
    const other = this.#others.get(this.#keys.get(id ?? "") ?? "");
    if (other !== undefined) other.saidMs = atMs;
  }

  #learn(entry: BucketEntry): void {
    const { key, value, revision } = entry;
    const [, server] = SERVER_KEY.exec(key) ?? [];
    if (server === undefined) return this.#learnSeat(entry);
    if (value === null) this.#forget(server);
    else if (server === this.#server) this.#forgetSilent();
    else this.#servers.set(server, { missed: 0, revision });
  }

  #learnSeat({ key, value, revision, atMs }: BucketEntry): void {
    const record = value === null ? undefined : parseRecord(seatSchema, value);
    const own = this.#own.get(key);
    if (record === undefined) {
      delete own?.rival;
      return this.#drop(key);
    }
    const { server, ...seat } = record;
    if (server === this.#server) return;
    // Of two servers that gave away one name, the later one has it.
    if (own !== undefined) {
      if (own.revision === undefined) {
        own.rival = { key, value, revision, atMs };
        return;
      }
      if (revision < own.revision) return;
      this.#giveUp(key, own);
    }
    this.#drop(key);
    this.#others.set(key, { seat, server, revision, saidMs: atMs });
    this.#keys.set(seat.id, key);
  }

  /** Ends a seat here whose client, or another one of its name, is at another server. */
  #giveUp(key: string, { seat }: OwnSeat): void {
    // The entry belongs to the other server.
    this.#own.delete(key);
    this.#hub.end(seat.id, "rejoined");
  }

  #drop(key: string): void {
    this.#keys.delete(this.#others.get(key)?.seat.id ?? "");
    this.#others.delete(key);
  }

  /** Forgets the seats of servers that no longer show that they run. */
  #forgetSilent(): void {
    const servers = new Set([...this.#others.values()].map(({ server }) => server));
    for (const server of servers.union(new Set(this.#servers.keys()))) {
      const followed = this.#servers.get(server) ?? { missed: 0 };
      this.#servers.set(server, followed);
      if (++followed.missed * SEAT_BEAT_MS > SEAT_LAPSE_MS) this.#giveUpOn(server, followed);
    }
  }

  /** Forgets a server, and removes its entry, which nobody else would. */
  #giveUpOn(server: string, { revision }: FollowedServer): void {
    this.#forget(server);
    if (revision !== undefined) {
      this.#bucket.erase(serverKey(server), revision).catch(() => {});
    }
  }

  #forget(server: string): void {
    this.#servers.delete(server);
    for (const [key, other] of [...this.#others]) {
      if (other.server !== server) continue;
      this.#drop(key);
      this.#bucket.remove(key, other.revision).catch(() => {});
      this.#hub.showNotice(`${other.seat.name} left`);
    }
  }
}

/** The key of a name: names that look alike have the same one. */
function keyOf(name: string): string {
  const bytes = new TextEncoder().encode(skeletonOf(name));
  return `seat.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}
