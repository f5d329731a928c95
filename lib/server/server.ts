/**
 * The server: accepts connections, serves them, drains and stops.
 *
 * @module
 */

import { DescriptorReserve } from "../base/descriptors.ts";
import { FtError } from "../base/errors.ts";
import { REFUSAL_DESCRIPTORS, STOP_TIMEOUT_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { RateLimits } from "../base/rate_limit.ts";
import { within } from "../base/signals.ts";
import { VERSION } from "../base/version.ts";
import type { ChatOperator } from "../chat/seat.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { Accepted } from "../net/accept_loop.ts";
import type { Connection } from "../net/connection.ts";
import { formatListenUrl, type ListenUrl, parseListenUrl, parseWebUrl } from "../net/listen_url.ts";
import { listen, type Listener } from "../net/listener.ts";
import type { Operator } from "../dialects/operator.ts";
import { Admission, type Admitted, hostOf } from "./admission.ts";
import { Farewell } from "./farewell.ts";
import { Handshakes } from "./handshakes.ts";
import { Lanes } from "./lanes.ts";
import { asDialect, dialectsOf } from "./listener_dialects.ts";
import { OpenConnections } from "./open_connections.ts";
import { Refusals } from "./refusals.ts";
import type { RunningServer } from "./running_server.ts";
import {
  DEFAULT_TUNING,
  type ServerChanges,
  type ServerOptions,
  type ServerTuning,
} from "./server_options.ts";
import { ServedIdentity } from "./served_identity.ts";
import { openServices, type Services } from "./services.ts";
import { type OperatingUser, ServerOperator } from "./server_operator.ts";
import { serveConnection } from "./session.ts";
import { type ServerLock, type ServerStatus, transferStatus } from "./status.ts";
import { WorkCount } from "./work_count.ts";

type ResolvedOptions = ServerOptions & Required<ServerTuning>;

/**
 * Starts a server.
 *
 * @throws `usage` for an invalid listen URL, `conflict` for an address in use, `tls` for an
 *   invalid certificate or key, and what opening the root and the state folder throws.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const urls = options.listen.map(parseListenUrl);
  for (const url of urls) dialectsOf(url);
  if (options.web !== undefined) urls.push(parseWebUrl(options.web.url));
  await using stack = new AsyncDisposableStack();
  const services = stack.use(await openServices(options));
  const identity = stack.use(await servedIdentity(urls, options));
  const reserve = stack.use(new DescriptorReserve(options.state, REFUSAL_DESCRIPTORS));
  const door = { log: options.log, reserve };
  const web = options.web === undefined
    ? undefined
    : stack.use(await options.web.open(options.state, services.uploadRecords));
  const listeners = urls.map((url): Entrance => {
    const listener = stack.use(listen(url, identity?.current, door));
    return { listener, dialects: url.web && web ? [asDialect(web)] : dialectsOf(url) };
  });
  const resolved = { ...DEFAULT_TUNING, ...options };
  return new Server(resolved, services, listeners, identity, stack.move());
}

/** Opens the identity if there are TLS listeners. */
async function servedIdentity(
  urls: readonly ListenUrl[],
  { state, log, tls }: ServerOptions,
): Promise<ServedIdentity | undefined> {
  const hosts = urls.filter(({ encrypted }) => encrypted).map(({ hostname }) => hostname);
  return hosts.length === 0 ? undefined : await ServedIdentity.open({ state, hosts, log }, tls);
}

/** A listener and what its clients may speak. */
interface Entrance {
  readonly listener: Listener;
  readonly dialects: readonly Dialect[];
}

class Server implements RunningServer {
  readonly finished: Promise<void>;
  readonly repair: RunningServer["repair"] = (path) => this.#services.repairs.repair(path);
  readonly #startedAt = new Date();
  #options: ResolvedOptions;
  readonly #services: Services;
  readonly #entrances: readonly Entrance[];
  readonly #identity: ServedIdentity | undefined;
  readonly #owned: AsyncDisposableStack;
  readonly #admission: Admission;
  readonly #handshakes: Handshakes;
  readonly #lanes: Lanes;
  readonly #work = new WorkCount();
  readonly #draining = new AbortController();
  readonly #open = new OpenConnections();
  #drained: Promise<void> | undefined;
  readonly #refusals = new Refusals();
  /** Whether a drain ended although aborted requests did not. */
  #abandoned = false;
  #connections = 0;
  #refused = 0;

  constructor(
    options: ResolvedOptions,
    services: Services,
    entrances: readonly Entrance[],
    identity: ServedIdentity | undefined,
    owned: AsyncDisposableStack,
  ) {
    this.#options = options;
    this.#services = services;
    this.#entrances = entrances;
    this.#identity = identity;
    this.#owned = owned;
    this.#admission = new Admission(options);
    this.#handshakes = new Handshakes(options.maxConnections);
    this.#lanes = new Lanes(() => this.#options.maxConnections);
    this.finished = this.#run();
  }

  get addresses(): readonly string[] {
    return this.#listeners.filter(({ url }) => !url.web).map(({ url }) => formatListenUrl(url));
  }

  get webUrl(): string | undefined {
    const web = this.#listeners.find(({ url }) => url.web);
    return web && formatListenUrl(web.url);
  }

  get #listeners(): readonly Listener[] {
    return this.#entrances.map(({ listener }) => listener);
  }

  get chat(): ChatOperator {
    return this.#services.hub;
  }

  get downloaded(): Promise<void> {
    return this.#services.counts.downloaded;
  }

  async #run(): Promise<void> {
    const serving = new Set<Promise<void>>();
    await Promise.all(this.#entrances.map(async (entrance) => {
      for await (const accepted of entrance.listener.accept()) {
        const served = this.#serve(accepted, entrance).finally(() => serving.delete(served));
        serving.add(served);
      }
    }));
    await Promise.all(serving);
    await this.#owned.disposeAsync();
  }

  async #serve(accepted: Accepted<Connection>, entrance: Entrance): Promise<void> {
    const { listener: { url }, dialects } = entrance;
    const { conn: connection, borrowed } = accepted;
    const { remote } = connection;
    using _borrowed = borrowed;
    const number = ++this.#connections;
    const log = this.#options.log.with({ connection: number, remote });
    using listed = this.#open.add(connection, number);
    let admitted: Admitted;
    try {
      if (borrowed !== undefined) {
        throw new FtError("limit", "the server has too many open files", { retryable: true });
      }
      admitted = this.#admission.admit(remote);
    } catch (error) {
      return await this.#refuse(connection, dialects, asFtError(error), log);
    }
    using _admitted = admitted;
    using handshake = this.#handshakes.begin(connection);
    const { maxRate } = this.#options;
    if (maxRate > 0) connection.limitRate(new RateLimits(maxRate));
    await serveConnection(connection, {
      dialects,
      pinned: url.dialect !== undefined || url.web === true,
      log,
      draining: this.#draining.signal,
      timeouts: () => this.#options,
      webUrl: this.webUrl,
      lanes: this.#lanes.door({
        ...{ connection, number, admitted },
        joined: (first) => log.info("connection.lane", { of: first }),
      }),
      established: () => handshake[Symbol.dispose](),
      listed,
      login: (credentials, session) => this.#services.login(credentials, session),
      operatorFor: (login, dialect) => this.#operatorFor({ login, remote, dialect }),
      working: () => this.#work.begin(),
    });
  }

  #operatorFor(by: OperatingUser): Operator {
    const { log, recentLog, drainTimeoutMs } = this.#options;
    const { quotas, counts, record } = this.#services;
    return new ServerOperator({
      ...{ log, recentLog, drainTimeoutMs, quotas, record },
      ...{ connections: this.#open, transfers: counts.underWay },
      status: () => this.status(),
      beginDrain: () => void this.drain(),
    }, by);
  }

  async #refuse(
    connection: Connection,
    dialects: readonly Dialect[],
    error: FtError,
    log: Logger,
  ): Promise<void> {
    this.#refused++;
    log.warning("connection.refused", { message: error.message, host: hostOf(connection.remote) });
    await this.#refusals.refuse(connection, dialects, error);
  }

  async reload(changes: ServerChanges): Promise<{ readonly certificate: boolean }> {
    const certificate = await this.#identity?.renew(changes.tls, this.#listeners) ?? false;
    this.#options = { ...this.#options, ...changes };
    this.#admission.setLimits(this.#options);
    return { certificate };
  }

  status(): ServerStatus {
    const { hub, lookups, counts, rootFault, warnings } = this.#services;
    const certificate = this.#certificateStatus();
    const open = this.#admission.count;
    return {
      version: VERSION,
      pid: Deno.pid,
      startedAt: this.#startedAt.toISOString(),
      addresses: this.#listeners.map(({ url }) => formatListenUrl(url)),
      draining: this.#draining.signal.aborted,
      connections: { open, accepted: this.#connections - this.#refused, refused: this.#refused },
      transfers: transferStatus(counts),
      seats: hub.who().length,
      cache: lookups,
      refusals: Object.fromEntries(counts.refusals),
      faults: rootFault === undefined ? [] : [rootFault],
      ...certificate,
      warnings: [...warnings, ...certificate.warnings],
    };
  }

  #certificateStatus(): Pick<ServerStatus, "warnings" | "certificate"> {
    if (this.#identity === undefined) return { warnings: [] };
    const { current: { file, validToMs }, warnings } = this.#identity;
    return { warnings, certificate: { file, expiresAt: new Date(validToMs).toISOString() } };
  }

  locks(): readonly ServerLock[] {
    return this.#services.leases.list();
  }

  get draining(): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#draining;
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  drain(): Promise<void> {
    return this.#drained ??= this.#drain();
  }

  async #drain(): Promise<void> {
    const untilMs = performance.now() + this.#options.drainTimeoutMs;
    this.#stopAccepting();
    const farewell = new Farewell(this.#open);
    const reason = new FtError("network", "the server is stopping");
    this.#services.hub.notice(reason.message);
    this.#draining.abort(reason);
    await this.#work.idle(this.#options.drainTimeoutMs);
    await farewell.wait(untilMs - performance.now());
    this.abort(new FtError("network", "the server stopped"));
    if (await within(this.finished, STOP_TIMEOUT_MS) !== "timeout") return;
    this.#abandoned = true;
    this.#options.log.warning("drain.unfinished", { connections: this.#open.size });
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
    if (!this.#abandoned) await this.finished;
  }
}
