/**
 * A server in this process, on a free port, over folders that go with it.
 *
 * @module
 */

import { SILENT } from "../lib/base/log.ts";
import { parseEndpoint } from "../lib/client/remote/endpoint.ts";
import type { Remote } from "../lib/client/remote/remote.ts";
import { openRemote } from "../lib/client/open_remote.ts";
import type { RemoteOptions } from "../lib/client/remote_options.ts";
import { type RunningServer, type ServerOptions, startServer } from "../lib/server/server.ts";
import { type TempDir, tempDir } from "./temp_dir.ts";

/** A server under test. Disposing it stops it and removes its folders. */
export class LocalServer implements AsyncDisposable {
  private constructor(
    readonly server: RunningServer,
    readonly dir: TempDir,
    readonly state: string,
    readonly root: string,
  ) {}

  /** Starts one. */
  static async start(options: Partial<ServerOptions> = {}): Promise<LocalServer> {
    const dir = await tempDir();
    const [root, state] = [
      options.root ?? `${dir.path}/root`,
      options.state ?? `${dir.path}/state`,
    ];
    const server = await startServer({
      listen: ["ft://127.0.0.1:0"],
      anonymous: "write",
      log: SILENT,
      ...{ ...options, root, state },
    });
    return new LocalServer(server, dir, state, root);
  }

  /** Its address. */
  get url(): string {
    return this.server.addresses[0]!;
  }

  /** Connects to it. */
  connect(options: Partial<RemoteOptions> = {}): Promise<Remote> {
    return openRemote(parseEndpoint(this.url), { timeoutMs: 5000, ...options });
  }

  /** The same server again, on the same port; with `state`, over that folder. */
  async restart(state = this.state): Promise<RunningServer> {
    await this.server.drain();
    const { root } = this;
    return await startServer({ listen: [this.url], anonymous: "write", log: SILENT, root, state });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.dir[Symbol.asyncDispose]();
  }
}
