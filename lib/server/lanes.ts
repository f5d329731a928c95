/**
 * The lanes of all clients: further connections, which count as one client with the first.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { FtError } from "../base/errors.ts";
import { LANE_PERCENT, MAX_LANES } from "../base/limits.ts";
import type { LaneClient, LaneDoor, LaneOffer } from "../dialects/dialect.ts";
import type { Connection } from "../net/connection.ts";
import type { Admitted } from "./admission.ts";
import { hostOf } from "./admission.ts";

const TICKET_BYTES = 32;

/** A client that may have lanes. */
interface First {
  readonly connection: Connection;
  readonly client: LaneClient;
  readonly ticket: string;
  readonly number: number;
  lanes: number;
}

/** A connection that may offer lanes, or become one. */
export interface LaneConnection {
  readonly connection: Connection;
  /** Its number in the log. */
  readonly number: number;
  readonly admitted: Admitted;
  /** Called when it becomes a lane of the connection with this number. */
  readonly joined: (first: number) => void;
}

/** The lanes of one server. */
export class Lanes {
  readonly #maxConnections: () => number;
  readonly #byTicket = new Map<string, First>();
  #count = 0;

  /** @param maxConnections Returns the maximum number of all connections. */
  constructor(maxConnections: () => number) {
    this.#maxConnections = maxConnections;
  }

  /** Returns the door for one connection. */
  door(at: LaneConnection): LaneDoor {
    let own: First | undefined;
    return {
      offer: (client) => this.#offer(own ??= this.#register(at, client), at),
      join: (ticket) => this.#join(ticket, at),
    };
  }

  #register({ connection, number }: LaneConnection, client: LaneClient): First {
    const ticket = randomBytes(TICKET_BYTES).toString("base64url");
    const first = { connection, client, ticket, number, lanes: 0 };
    if (connection.signal.aborted) return first;
    this.#byTicket.set(ticket, first);
    connection.signal.addEventListener("abort", () => this.#byTicket.delete(ticket), {
      once: true,
    });
    return first;
  }

  #offer(first: First, { admitted }: LaneConnection): LaneOffer {
    const lanes = Math.min(MAX_LANES - 1 - first.lanes, this.#room);
    // A lane is admitted like any connection before it shows its ticket.
    return { ticket: first.ticket, lanes: admitted.hasRoomForAnother ? Math.max(0, lanes) : 0 };
  }

  /** Lanes for which there is room; the other connections are for clients. */
  get #room(): number {
    return Math.floor(this.#maxConnections() * LANE_PERCENT / 100) - this.#count;
  }

  #join(ticket: string, { connection, admitted, joined }: LaneConnection): LaneClient {
    const first = this.#byTicket.get(ticket);
    const valid = first !== undefined && hostOf(first.connection.remote) ===
        hostOf(connection.remote) &&
      (connection.encrypted || !first.connection.encrypted);
    if (!valid) throw new FtError("not_allowed", "this connection belongs to no client here");
    if (first.lanes >= MAX_LANES - 1 || this.#room <= 0) {
      throw new FtError("limit", "too many connections of one client", { retryable: true });
    }
    first.lanes++;
    this.#count++;
    admitted.leaveHost();
    connection.shareRate(first.connection);
    const end = () => connection.abort(new FtError("network", "the client has disconnected"));
    const { signal } = first.connection;
    signal.addEventListener("abort", end, { once: true });
    connection.signal.addEventListener("abort", () => {
      signal.removeEventListener("abort", end);
      first.lanes--;
      this.#count--;
    }, { once: true });
    joined(first.number);
    return first.client;
  }
}
