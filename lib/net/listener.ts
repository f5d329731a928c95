/**
 * Accepting connections: the only place that listens.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { ACCEPT_RETRY_MS } from "../base/limits.ts";
import { asFtError, isOutOfDescriptors } from "../base/os_errors.ts";
import { delay } from "../base/signals.ts";
import { acceptAll, type Accepted, type AcceptOptions } from "./accept_loop.ts";
import type { Connection } from "./connection.ts";
import { fromConn } from "./from_conn.ts";
import { formatListenUrl, type ListenUrl } from "./listen_url.ts";
import type { TlsIdentity } from "./tls_identity.ts";

/** A listening socket. Disposing it stops accepting; accepted connections stay open. */
export interface Listener extends Disposable {
  /** The address, with the actual port. */
  readonly url: ListenUrl;
  /** Yields connections, in spite of failures; ends when the listener is disposed. */
  accept(): AsyncIterable<Accepted<Connection>>;
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
 * @param options How failures are handled.
 * @throws `conflict` for an address in use, `not_allowed`, `network`, `tls` for an invalid identity.
 */
export function listen(
  url: ListenUrl,
  identity?: TlsIdentity,
  options: AcceptOptions = {},
): Listener {
  return new RenewableListener(url, openListener(url, identity), identity, options);
}

/** A listener whose socket can be replaced by another on the same port. */
class RenewableListener implements Listener {
  readonly url: ListenUrl;
  #socket: AnyListener;
  #renewing: Promise<void> = Promise.resolve();
  #identity: TlsIdentity | undefined;
  readonly #options: AcceptOptions;
  readonly #closed = new AbortController();

  constructor(
    url: ListenUrl,
    socket: AnyListener,
    identity: TlsIdentity | undefined,
    options: AcceptOptions,
  ) {
    this.#identity = identity;
    this.#options = options;
    this.url = { ...url, port: (socket.addr as Deno.NetAddr).port };
    this.#socket = socket;
  }

  get #open(): boolean {
    return !this.#closed.signal.aborted;
  }

  async *accept(): AsyncGenerator<Accepted<Connection>> {
    const where = formatListenUrl(this.url);
    const options = { ...this.#options, where, signal: this.#closed.signal };
    while (true) {
      const heard = this.#socket;
      for await (const { conn, borrowed } of acceptAll<AnyConn>(heard, options)) {
        const connection = connectionOf(conn);
        if (connection !== null) yield { conn: connection, borrowed };
        else borrowed?.[Symbol.dispose]();
      }
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
        // Without a free descriptor the listener must not be given up.
        const full = isOutOfDescriptors(error);
        // The port is free once the pending accept has ended: in a turn or two.
        if (!full && tries >= RENEW_TRIES) throw error;
        await delay(full ? ACCEPT_RETRY_MS : 0);
      }
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#closed.abort();
    try {
      this.#socket.close();
    } catch {
      // The socket was just closed to be replaced.
    }
  }
}

const RENEW_TRIES = 100;

type AnyListener = Deno.TcpListener | Deno.TlsListener;
type AnyConn = Deno.TcpConn | Deno.TlsConn;

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

/** @returns `null` if the peer has disconnected already. */
function connectionOf(conn: AnyConn): Connection | null {
  try {
    return fromConn(conn);
  } catch {
    conn.close();
    return null;
  }
}
