/**
 * A server in this process, on a free port, with what it logged.
 *
 * @module
 */

import { createLogger, type LogEvent } from "../lib/base/log.ts";
import { parseEndpoint } from "../lib/client/remote/endpoint.ts";
import type { Remote } from "../lib/client/remote/remote.ts";
import { openRemote } from "../lib/client/open_remote.ts";
import { type RunningServer, type ServerOptions, startServer } from "../lib/server/server.ts";
import { type TempDir, tempDir } from "./temp_dir.ts";

/** A server with its folders. Disposing it stops it and removes them. */
export interface LiveServer extends AsyncDisposable {
  readonly server: RunningServer;
  /** The served folder. */
  readonly root: string;
  /** A folder for the test's own files. */
  readonly dir: TempDir;
  /** Everything logged so far. */
  readonly events: LogEvent[];
  /** The names of what was logged, with some of its fields. */
  told(...fields: string[]): unknown[][];
  /** Connects to the first listener. */
  connect(): Promise<Remote>;
}

/** Starts one: `await using live = await liveServer()`. */
export async function liveServer(options: Partial<ServerOptions> = {}): Promise<LiveServer> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const events: LogEvent[] = [];
  const root = options.root ?? dir.join("root");
  const server = stack.use(
    await startServer({
      ...{ root, state: dir.join("state"), listen: ["ft://127.0.0.1:0"], anonymous: "write" },
      log: createLogger((event) => events.push(event), "debug"),
      ...options,
    }),
  );
  const owned = stack.move();
  return {
    ...{ server, root, dir, events },
    told: (...fields) =>
      events.map(({ event, fields: all }) => [event, ...fields.map((field) => all[field])]),
    connect: () => openRemote(parseEndpoint(server.addresses[0]!), { timeoutMs: 10_000 }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
