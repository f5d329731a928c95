/**
 * The server: listeners, connections, drain.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import {
  DRAIN_TIMEOUT_MS,
  FAREWELL_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_HOST,
} from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { within } from "../base/signals.ts";
import type { ChatOperator } from "../chat/seat.ts";
import { VERSION } from "../base/version.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { framed } from "../dialects/framed.ts";
import { http } from "../dialects/http.ts";
import { json } from "../dialects/json.ts";
import { line } from "../dialects/line.ts";
import { native } from "../dialects/native/native.ts";
import { oneshot } from "../dialects/oneshot.ts";
import { tlsHello } from "../dialects/tls_hello.ts";
import { updown } from "../dialects/updown.ts";
import type { Connection } from "../net/connection.ts";
import { formatListenUrl, type ListenUrl, parseListenUrl } from "../net/listen_url.ts";
import { listen, type Listener } from "../net/listener.ts";
import { openIdentity, type TlsFiles } from "../net/tls_identity.ts";
import { Admission, hostOf } from "./admission.ts";
import { Handshakes } from "./handshakes.ts";
import { openServices, type ServiceOptions, type Services } from "./services.ts";
import { Refusals } from "./refusals.ts";
import { serveConnection } from "./session.ts";
import { type ServerStatus, transferStatus } from "./status.ts";
import { WorkCount } from "./work_count.ts";

/** Caps of a server. Each has its default in docs/LIMITS.md. */
export interface ServerTuning {
  /** Connections at once. @default {MAX_CONNECTIONS} */
  readonly maxConnections?: number;
  /** Connections at once from one host. @default {MAX_CONNECTIONS_PER_HOST} */
  readonly maxConnectionsPerHost?: number;
  /** Bytes a second each way, for each connection; 0 for no limit. @default {0} */
  readonly maxRate?: number;
  /** Milliseconds until a peer must have said hello. @default {HANDSHAKE_TIMEOUT_MS} */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds of silence. @default {IDLE_TIMEOUT_MS} */
  readonly idleTimeoutMs?: number;
  /** Milliseconds that transfers under way get when it stops. @default {DRAIN_TIMEOUT_MS} */
  readonly drainTimeoutMs?: number;
}

/** Options of {@linkcode startServer}. */
export interface ServerOptions extends ServiceOptions, ServerTuning {
  /** Listen URLs. */
  readonly listen: readonly string[];
  /** Where the page for browsers is; told to those who speak HTTP to another port. */
  readonly webUrl?: string;
  /** Certificate and key for `fts://`. @default an own identity, made once under the state folder */
  readonly tls?: TlsFiles;
}

const DEFAULT_TUNING: Required<ServerTuning> = {
  maxConnections: MAX_CONNECTIONS,
  maxConnectionsPerHost: MAX_CONNECTIONS_PER_HOST,
  maxRate: 0,
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  idleTimeoutMs: IDLE_TIMEOUT_MS,
  drainTimeoutMs: DRAIN_TIMEOUT_MS,
};

/** What can change while a server runs. */
export interface ServerChanges extends ServerTuning {
  /** Certificate and key to use instead of the identity in the state folder. */
  readonly tls?: TlsFiles;
}

/** A server that accepts connections. Disposing it aborts what runs. */
export interface RunningServer extends AsyncDisposable {
  /** Listen URLs with the ports that were taken. */
  readonly addresses: readonly string[];
  /** What its operator can do with the chat. */
  readonly chat: ChatOperator;
  /** What it does right now. */
  status(): ServerStatus;
  /**
   * Takes other caps and another identity. No connection is dropped for it; how long one may be idle
   * counts from the next look at it.
   *
   * @throws `tls`, and what reading certificate and key gives; the old identity stays then.
   */
  reload(changes: ServerChanges): Promise<void>;
  /**
   * Stops accepting, tells every client, lets requests under way finish for up to
   * {@linkcode ServerTuning.drainTimeoutMs}.
   */
  drain(): Promise<void>;
  /** Closes everything now. */
  abort(reason: unknown): void;
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<void>;
}

/** Every dialect; first bytes tell them apart, so that their order does not matter. */
const DIALECTS: readonly Dialect[] = [
  ...[native, line, framed, oneshot, updown, json],
  ...[http, tlsHello],
];

/**
 * Starts a server.
 *
 * @throws `usage` for a bad listen URL, `conflict` for a taken address, `tls` for certificate and
 *   key that cannot be used, and what the root's and the state's folders give.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const urls = options.listen.map(parseListenUrl);
  for (const url of urls) dialectsOf(url);
  await using stack = new AsyncDisposableStack();
  const services = stack.use(await openServices(options));
  const encrypted = urls.some((url) => url.encrypted);
  const identity = encrypted ? await openIdentity(options.state, options.tls) : undefined;
  const listeners = urls.map((url) => stack.use(listen(url, identity)));
  return new Server({ ...DEFAULT_TUNING, ...options }, services, listeners, stack.move());
}

function dialectsOf(url: ListenUrl): readonly Dialect[] {
  if (url.encrypted) return [native];
  if (url.dialect === undefined) return DIALECTS;
  const pinned = DIALECTS.filter(({ name, refusal }) => name === url.dialect && !refusal);
  if (pinned.length === 0) throw new FtError("usage", `no such dialect: ${url.dialect}`);
  return pinned;
}

class Server implements RunningServer {
  readonly finished: Promise<void>;
  readonly #startedAt = new Date();
  #options: ServerOptions & Required<ServerTuning>;
  readonly #services: Services;
  readonly #listeners: readonly Listener[];
  readonly #owned: AsyncDisposableStack;
  readonly #admission: Admission;
  readonly #handshakes: Handshakes;
  readonly #work = new WorkCount();
  readonly #draining = new AbortController();
  readonly #open = new Set<Connection>();
  readonly #refusals = new Refusals();
  #connections = 0;
  #refused = 0;

  constructor(
    options: ServerOptions & Required<ServerTuning>,
    services: Services,
    listeners: readonly Listener[],
    owned: AsyncDisposableStack,
  ) {
    this.#options = options;
    this.#services = services;
    this.#listeners = listeners;
    this.#owned = owned;
    this.#admission = new Admission(options);
    this.#handshakes = new Handshakes(options.maxConnections);
    this.finished = this.#run();
  }

  get addresses(): readonly string[] {
    return this.#listeners.map(({ url }) => formatListenUrl(url));
  }

  get chat(): ChatOperator {
    return this.#services.hub;
  }

  async #run(): Promise<void> {
    const serving = new Set<Promise<void>>();
    await Promise.all(this.#listeners.map(async (listener) => {
      for await (const connection of listener.accept()) {
        const served = this.#serve(connection, listener.url).finally(() => serving.delete(served));
        serving.add(served);
      }
    }));
    await Promise.all(serving);
    await this.#owned.disposeAsync();
  }

  async #serve(connection: Connection, url: ListenUrl): Promise<void> {
    const { remote } = connection;
    const log = this.#options.log.with({ connection: ++this.#connections, remote });
    let admitted: Disposable;
    try {
      admitted = this.#admission.admit(remote);
    } catch (error) {
      this.#refused++;
      log.warning("connection.refused", {
        message: asFtError(error).message,
        host: hostOf(remote),
      });
      this.#open.add(connection);
      await this.#refusals.refuse(connection, dialectsOf(url), asFtError(error));
      this.#open.delete(connection);
      return;
    }
    using _admitted = admitted;
    using handshake = this.#handshakes.begin(connection);
    this.#open.add(connection);
    if (this.#options.maxRate > 0) connection.limitRate(this.#options.maxRate, "both");
    await serveConnection(connection, {
      dialects: dialectsOf(url),
      pinned: url.dialect !== undefined,
      log,
      draining: this.#draining.signal,
      timeouts: () => this.#options,
      webUrl: this.#options.webUrl,
      established: () => handshake[Symbol.dispose](),
      login: (credentials, session) => this.#services.login(credentials, session),
      working: () => this.#work.begin(),
    });
    this.#open.delete(connection);
  }

  async reload(changes: ServerChanges): Promise<void> {
    if (this.#listeners.some(({ url }) => url.encrypted)) {
      const identity = await openIdentity(this.#options.state, changes.tls);
      for (const listener of this.#listeners) await listener.renew(identity);
    }
    this.#options = { ...this.#options, ...changes };
    this.#admission.setLimits(this.#options);
  }

  status(): ServerStatus {
    const { hub, lookups, counts } = this.#services;
    const open = this.#admission.count;
    return {
      version: VERSION,
      pid: Deno.pid,
      startedAt: this.#startedAt.toISOString(),
      addresses: this.addresses,
      draining: this.#draining.signal.aborted,
      connections: { open, accepted: this.#connections - this.#refused, refused: this.#refused },
      transfers: transferStatus(counts),
      seats: hub.who().length,
      cache: lookups,
      refusals: Object.fromEntries(counts.refusals),
    };
  }

  async drain(): Promise<void> {
    this.#stopAccepting();
    const reason = new FtError("network", "the server is stopping");
    this.#services.hub.notice(reason.message);
    this.#draining.abort(reason);
    await this.#work.idle(this.#options.drainTimeoutMs);
    await this.#sayLastWords();
    this.abort(new FtError("network", "the server stopped"));
    await this.finished;
  }

  /** What is on its way to a client that reads still gets there. */
  async #sayLastWords(): Promise<void> {
    const closed = [...this.#open].map((connection) => connection[Symbol.asyncDispose]());
    await within(Promise.all(closed), FAREWELL_TIMEOUT_MS);
  }

  #stopAccepting(): void {
    for (const listener of this.#listeners) listener[Symbol.dispose]();
  }

  abort(reason: unknown): void {
    this.#stopAccepting();
    for (const connection of this.#open) connection.abort(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort(new FtError("network", "the server stopped"));
    await this.finished;
  }
}
