/**
 * This server as one of a cluster, with everything that it shares with the others over the bus.
 *
 * @module
 */

import type { LoginGuard } from "../auth/login_guard.ts";
import {
  LOGIN_BAN_MS,
  MAX_CLUSTER_LEASES,
  MAX_SHARED_LOGIN_BYTES,
  STAGED_UPLOAD_TTL_MS,
} from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { Hub } from "../chat/hub.ts";
import type { BusAddress, BusCredentials } from "../cluster/bus_address.ts";
import { busClock } from "../cluster/bus_clock.ts";
import { Bus } from "../cluster/bus.ts";
import { SharedChat } from "../cluster/shared_chat.ts";
import { ClusterFences } from "../cluster/shared_fences.ts";
import { type FileNews, SharedFiles } from "../cluster/shared_files.ts";
import { SharedLeases } from "../cluster/shared_leases.ts";
import { SharedLogins } from "../cluster/shared_logins.ts";
import { SharedUsers } from "../cluster/shared_users.ts";
import { Leases } from "../storage/leases.ts";

/** A cluster to join. */
export interface ClusterOptions extends BusAddress {
  /** The login at the bus. @default none */
  readonly credentials?: BusCredentials | undefined;
  /** Authorities of its certificates, in PEM. @default those of the runtime */
  readonly authorities?: string | undefined;
}

/** A server that joins. */
export interface OwnServer {
  readonly state: string;
  readonly log: Logger;
  readonly guard: LoginGuard;
}

/** The share of a server in its cluster. Disposing it leaves the cluster. */
export class Cluster implements AsyncDisposable {
  /** The leases of all servers. */
  readonly leases: Leases;
  /** The chat of all servers. */
  readonly hub: Hub;
  readonly #bus: Bus;
  readonly #owned: AsyncDisposableStack;

  private constructor(bus: Bus, leases: Leases, hub: Hub, owned: AsyncDisposableStack) {
    this.leases = leases;
    this.hub = hub;
    this.#bus = bus;
    this.#owned = owned;
  }

  /**
   * Joins a cluster.
   *
   * @param own `state`: the state folder, whose users, tokens and rules become those of the cluster;
   *   `guard`: counts failed logins, from now on those at all servers.
   * @throws `network` if the bus does not answer, `not_allowed` if it refuses the login, `tls` if it
   *   cannot be trusted.
   */
  static async join(
    options: ClusterOptions,
    { state, log, guard }: OwnServer,
  ): Promise<Cluster> {
    await using stack = new AsyncDisposableStack();
    const bus = stack.use(await Bus.open({ ...options, log }));
    stack.use(await SharedUsers.start(state, await bus.bucket("users"), log));
    const bucket = await bus.bucket("leases");
    const now = await busClock(bucket);
    const leases = new Leases({ now, maxLeases: MAX_CLUSTER_LEASES });
    stack.use(await SharedLeases.start(leases, bucket));
    const logins = { ttlMs: LOGIN_BAN_MS, maxBytes: MAX_SHARED_LOGIN_BYTES };
    const failures = await bus.bucket("logins", logins);
    stack.use(SharedLogins.start(guard, failures, now));
    const openChat = await SharedChat.open(bus);
    let hub!: Hub;
    stack.use(await openChat((make) => hub = new Hub({ bus: make })));
    log.info("cluster.joined", { cluster: options.cluster, servers: options.servers.join(" ") });
    return new Cluster(bus, leases, hub, stack.move());
  }

  /**
   * Shares what happens to the files of a store with the other servers that serve it.
   *
   * @param store Tells it from other stores.
   * @param onNews Called with what happens at another server.
   */
  files(store: string, onNews: (news: FileNews) => void): SharedFiles {
    return new SharedFiles(this.#bus, store, onNews);
  }

  /**
   * Shares the claims on uploads with the other servers.
   *
   * @param onClaim Called with each claim and its number.
   * @throws `network`.
   */
  async fences(onClaim: (token: string, number: number) => void): Promise<ClusterFences> {
    const bucket = await this.#bus.bucket("uploads", { ttlMs: STAGED_UPLOAD_TTL_MS });
    return new ClusterFences(bucket, onClaim);
  }

  /** A line if this server has lost the others. */
  get warnings(): readonly string[] {
    if (this.#bus.connected) return [];
    return [
      "this server has lost its cluster: it refuses writes, locks and messages until it is back",
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
