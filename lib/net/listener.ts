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

/** A listening socket. Disposing it stops accepting; accepted connections stay open. */
export interface Listener extends Disposable {
  /** The address, with the actual port. */
  readonly url: ListenUrl;
  /** Yields connections; ends when the listener is disposed. */
  accept(): AsyncIterable<Connection>;
  /**
   * Replaces the identity that new TLS connections see. Does nothing without TLS.
   *
   * @throws `tls` for an invalid identity; the previous one stays.
   */
  renew(identity: TlsIdentity): Promise<void>;
}

/**
 * Listens on an address. A TLS connection is yielded before its handshake, which its first read or
 * write performs, so that limits and timeouts apply to it from the start.
 *
 * @param identity The identity of a TLS listener.
 * @throws `conflict` for an address in use, `not_allowed`, `network`, `tls` for an invalid identity.
 */
export function listen(url: ListenUrl, identity?: TlsIdentity): Listener {
  return new RenewableListener(url, openListener(url, identity), identity);
}

/** A listener whose socket can be replaced by another on the same port. */
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
    // An invalid identity is detected on another port, while the old socket still listens.
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
        // The port is free once the pending accept has ended: in a turn or two.
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
      // The socket was just closed to be replaced.
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
    const failure = asFtError(error, `Cannot listen on ${formatListenUrl(url)}`);
    if (!url.encrypted || failure.code !== "internal") throw failure;
    // Some errors about a certificate and its key have no class of their own.
    throw new FtError("tls", `Cannot use certificate and key: ${String(error)}`, { cause: error });
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
      // The peer has disconnected already, or no file descriptor is left: the next may succeed.
      await delay(10);
      continue;
    }
    yield fromConn(conn);
  }
}
