/**
 * Accepting connections: the only place that listens.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { delay } from "../base/signals.ts";
import type { Connection } from "./connection.ts";
import { fromConn } from "./from_conn.ts";
import { formatListenUrl, type ListenUrl } from "./listen_url.ts";
import type { TlsIdentity } from "./tls_identity.ts";

/** A listening socket. Disposing it stops accepting; connections it gave live on. */
export interface Listener extends Disposable {
  /** Where it really listens. */
  readonly url: ListenUrl;
  /** Connections as they come; ends when the listener is disposed. */
  accept(): AsyncIterable<Connection>;
  /**
   * Shows another identity to those who connect from now on; without TLS nothing changes.
   *
   * @throws `tls` for a bad identity, and then the old one stays.
   */
  renew(identity: TlsIdentity): Promise<void>;
}

/**
 * Listens, in TLS where the URL says so. A connection is given before its TLS handshake, which its
 * first read or write makes: so it counts, and has a deadline, from its first moment.
 *
 * @param identity What TLS listeners show.
 * @throws `conflict` when the address is taken, `not_allowed`, `network`, `tls` for a bad identity.
 */
export function listen(url: ListenUrl, identity?: TlsIdentity): Listener {
  return new RenewableListener(url, openListener(url, identity), identity);
}

/** A listener whose socket can be replaced by another one on the same port. */
class RenewableListener implements Listener {
  readonly url: ListenUrl;
  #socket: AnyListener;
  #renewing: Promise<void> = Promise.resolve();
  #identity: TlsIdentity | undefined;
  #open = true;

  constructor(url: ListenUrl, socket: AnyListener, identity: TlsIdentity | undefined) {
    this.#identity = identity;
    this.url = { ...url, port: (socket.addr as Deno.NetAddr).port };
    this.#socket = socket;
  }

  async *accept(): AsyncGenerator<Connection> {
    while (true) {
      const heard = this.#socket;
      yield* connectionsOf(heard);
      await this.#renewing;
      if (heard === this.#socket) return;
    }
  }

  async renew(identity: TlsIdentity): Promise<void> {
    const { cert, key } = this.#identity ?? {};
    if (!this.#open || !this.url.encrypted) return;
    if (identity.cert === cert && identity.key === key) return;
    // One that cannot be used is found out elsewhere, while the old one still listens.
    openListener({ ...this.url, port: 0 }, identity).close();
    this.#renewing = this.#replace(identity);
    await this.#renewing;
    this.#identity = identity;
  }

  async #replace(identity: TlsIdentity): Promise<void> {
    this.#socket.close();
    for (let tries = 0; this.#open; tries++) {
      try {
        this.#socket = openListener(this.url, identity);
        return;
      } catch (error) {
        // The port is free when the pending accept has noticed: a turn or two from now.
        if (tries >= RENEW_TRIES) throw error;
        await delay(0);
      }
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#socket.close();
    } catch {
      // Closed to be renewed just now.
    }
  }
}

const RENEW_TRIES = 100;

type AnyListener = Deno.TcpListener | Deno.TlsListener;

function openListener(url: ListenUrl, identity?: TlsIdentity): AnyListener {
  const { hostname, port } = url;
  try {
    if (!url.encrypted) return Deno.listen({ hostname, port });
    if (identity === undefined) throw new FtError("tls", "a TLS listener needs an identity");
    return Deno.listenTls({ hostname, port, cert: identity.cert, key: identity.key });
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) {
      throw new FtError("tls", `Cannot use certificate and key: ${error.message}`, {
        cause: error,
      });
    }
    throw asFtError(error, `Cannot listen on ${formatListenUrl(url)}`);
  }
}

async function* connectionsOf(listener: AnyListener): AsyncGenerator<Connection> {
  while (true) {
    let conn: Deno.TcpConn | Deno.TlsConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        return;
      }
      // One peer that was gone before it was accepted, or no descriptor left: the next may do.
      await delay(10);
      continue;
    }
    yield fromConn(conn);
  }
}
