/**
 * The open connections of a server.
 *
 * @module
 */

import { MAX_OPERATOR_ROWS } from "../base/limits.ts";
import type { OpenConnection } from "../dialects/operator.ts";
import type { Connection } from "../net/connection.ts";

/** A connection that is listed as open until this is disposed. */
export interface ListedConnection extends Disposable {
  /** The dialect, once it is recognised. */
  dialect: string | undefined;
  /** The last user that logged in. */
  user: string | undefined;
}

/** The open connections, the oldest first. */
export class OpenConnections implements Iterable<Connection> {
  readonly #open = new Map<Connection, () => OpenConnection>();

  /** Lists a connection until the result is disposed. @param number Its number. */
  add(connection: Connection, number: number): ListedConnection {
    const { remote, encrypted } = connection;
    const openedAt = new Date();
    const listed: ListedConnection = {
      dialect: undefined,
      user: undefined,
      [Symbol.dispose]: () => void this.#open.delete(connection),
    };
    this.#open.set(connection, () => {
      const { dialect, user } = listed;
      return { number, remote, encrypted, dialect, user, openedAt: openedAt.toISOString() };
    });
    return listed;
  }

  /** The number of connections. */
  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.keys();
  }

  /** The first {@linkcode MAX_OPERATOR_ROWS} of them, as admins see them. */
  list(): OpenConnection[] {
    return [...this.#open.values().take(MAX_OPERATOR_ROWS)].map((listed) => listed());
  }
}
