/**
 * A server in this process, on a free port and over a temporary folder, for as long as it is in
 * scope.
 *
 * @module
 */

import { createLogger, type LogEvent, type LogFields } from "../lib/base/log.ts";
import { openRemote } from "../lib/client/open_remote.ts";
import { parseEndpoint } from "../lib/client/remote/endpoint.ts";
import type { Remote } from "../lib/client/remote/remote.ts";
import type { RemoteOptions } from "../lib/client/remote_options.ts";
import { RecentLog } from "../lib/base/recent_log.ts";
import type { RunningServer } from "../lib/server/running_server.ts";
import { startServer } from "../lib/server/server.ts";
import type { ServerOptions } from "../lib/server/server_options.ts";
import { type TempDir, tempDir } from "./temp_dir.ts";

/** A running server. Disposing it stops the server and removes its folders. */
export interface TestServer extends AsyncDisposable {
  /** The server that runs now. */
  readonly server: RunningServer;
  /** The address of its first listener, such as `ft://127.0.0.1:40123`. */
  readonly url: string;
  /** The port of its first listener. */
  readonly port: number;
  /** Holds the folders `root` and `state`, and the test's own files. */
  readonly dir: TempDir;
  /** The served folder. */
  readonly root: string;
  /** The state folder. */
  readonly state: string;
  /** All logged events, unless the options have a logger. */
  readonly events: readonly LogEvent[];
  /** Returns the name and the given fields of each logged event. */
  logged(...fields: string[]): unknown[][];
  /** Waits until an event with this name and these fields is logged, and returns the first. */
  event(name: string, fields?: LogFields): Promise<LogEvent>;
  /** Connects to the first listener. */
  connect(options?: Partial<RemoteOptions>): Promise<Remote>;
  /** Drains the server and starts it again on the same ports, with changed options. */
  restart(changes?: Partial<ServerOptions>): Promise<void>;
}

/**
 * Starts a server: `await using server = await testServer({ anonymous: "read" })`.
 *
 * @param options What differs from a server on `ft://127.0.0.1:0` that lets anonymous users write.
 */
export async function testServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const log = new EventLog();
  const recentLog = new RecentLog();
  const all: ServerOptions = {
    root: dir.join("root"),
    state: dir.join("state"),
    listen: ["ft://127.0.0.1:0"],
    anonymous: "write",
    log: createLogger((event) => {
      log.add(event);
      if (event.level !== "debug") recentLog.sink(event);
    }, "debug"),
    recentLog,
    ...options,
  };
  let server = await startServer(all);
  stack.defer(() => server[Symbol.asyncDispose]());
  const owned = stack.move();
  const url = server.addresses[0]!;
  return {
    ...{ url, port: Number(url.split(":").at(-1)), dir, root: all.root, state: all.state },
    get server() {
      return server;
    },
    events: log.events,
    logged: (...fields) =>
      log.events.map(({ event, fields: all }) => [event, ...fields.map((field) => all[field])]),
    event: (name, fields = {}) => log.find(name, fields),
    connect: (more) => openRemote(parseEndpoint(url), { timeoutMs: 10_000, ...more }),
    async restart(changes = {}) {
      await server.drain();
      // A drain may give up before the last request has ended.
      await server.finished;
      server = await startServer({ ...all, listen: server.addresses, ...changes });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Logged events, for which a test can wait. */
class EventLog {
  readonly events: LogEvent[] = [];
  #changed = Promise.withResolvers<void>();

  add(event: LogEvent): void {
    this.events.push(event);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async find(name: string, fields: LogFields): Promise<LogEvent> {
    const wanted = Object.entries(fields);
    while (true) {
      const found = this.events.find((logged) =>
        logged.event === name && wanted.every(([key, value]) => logged.fields[key] === value)
      );
      if (found !== undefined) return found;
      await this.#changed.promise;
    }
  }
}
