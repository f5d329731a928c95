/**
 * Real NATS servers with JetStream, on free ports and in their own folder.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { hasCode } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
import { Bus } from "../../lib/cluster/bus.ts";
import { closedPort } from "../network/closed_port.ts";
import { needsProgram, type Skip } from "../skip.ts";
import { type TempDir, tempDir } from "../temp_dir.ts";
import { until } from "../until.ts";
import { withTimeout } from "../with_timeout.ts";

/** Requires `nats-server`, which the package of that name has in Debian. */
export const NEEDS_NATS: Skip = await needsProgram("nats-server", "--version");

/** Milliseconds until the servers have a leader: on a busy machine they elect several times. */
const READY_TIMEOUT_MS = 80_000;

/** Some servers of NATS that are one cluster. Disposing it ends them. */
export class Nats implements AsyncDisposable {
  /** The ports on which clients are served. */
  readonly ports: readonly number[];
  readonly #dir: TempDir;
  readonly #routes: readonly number[];
  /** Where each answers questions about itself. */
  readonly #monitors: readonly number[];
  readonly #running: (Deno.ChildProcess | undefined)[] = [];

  readonly #args: readonly string[];

  private constructor(count: number, dir: TempDir, args: readonly string[]) {
    this.#dir = dir;
    this.#args = args;
    this.ports = Array.from({ length: count }, closedPort);
    this.#routes = Array.from({ length: count }, closedPort);
    this.#monitors = Array.from({ length: count }, closedPort);
  }

  /**
   * Starts servers, and waits until they are ready.
   *
   * @param args More arguments for each. With a login or TLS, a server is ready when it answers at all.
   */
  static async start(count = 1, args: readonly string[] = []): Promise<Nats> {
    const nats = new Nats(count, await tempDir(), args);
    try {
      for (const i of nats.ports.keys()) nats.startServer(i);
      await withTimeout(nats.#ready(), READY_TIMEOUT_MS, () => {
        throw new Error("NATS is not ready");
      });
    } catch (error) {
      await nats[Symbol.asyncDispose]();
      throw error;
    }
    return nats;
  }

  /** The address of all servers, as for `ftserver --cluster`. */
  get url(): string {
    return `nats://${this.ports.map((port) => `127.0.0.1:${port}`).join(",")}`;
  }

  /** Connects. */
  bus(): Promise<Bus> {
    return Bus.open({ ...parseBusAddress(this.url), log: SILENT });
  }

  /** Starts one of the servers that does not run. */
  startServer(i: number): void {
    const routes = this.#routes.map((port) => `nats://127.0.0.1:${port}`).join(",");
    const cluster = this.ports.length > 1
      ? [
        ...["--cluster_name", "test", "--routes", routes],
        ...["--cluster", `nats://127.0.0.1:${this.#routes[i]}`],
      ]
      : [];
    this.#running[i] = new Deno.Command("nats-server", {
      args: [
        ...["--addr", "127.0.0.1", "--port", String(this.ports[i]), "--name", `n${i}`],
        ...["--http_port", String(this.#monitors[i]), "--jetstream"],
        ...["--store_dir", this.#dir.join(`nats${i}`), ...cluster],
        ...this.#args,
      ],
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
  }

  /** Kills one of the servers. */
  async kill(i: number, signal: Deno.Signal = "SIGKILL"): Promise<void> {
    const child = this.#running[i];
    this.#running[i] = undefined;
    try {
      child?.kill(signal);
    } catch {
      // It has ended already.
    }
    await child?.status;
  }

  /** Stops one of the servers without an end of its connections, or lets it go on. */
  signal(i: number, signal: "SIGSTOP" | "SIGCONT"): void {
    this.#running[i]?.kill(signal);
  }

  /** Waits until a server that was started again has all that the others stored meanwhile. */
  async current(i: number): Promise<void> {
    await until(async () => {
      try {
        const answer = await fetch(`http://127.0.0.1:${this.#monitors[i]}/healthz`);
        await answer.body?.cancel();
        return answer.ok;
      } catch {
        return false;
      }
    });
  }

  /** JetStream answers once a leader is elected. */
  async #ready(): Promise<void> {
    await Promise.all(this.ports.map((_, i) => this.current(i)));
    for (;;) {
      try {
        await using bus = await this.bus();
        const probe = await bus.bucket("probe");
        return void await probe.put("ready", "");
      } catch (error) {
        if (hasCode(error, "not_allowed") || hasCode(error, "tls")) return;
        await delay(50);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.ports.map((_, i) => this.kill(i)));
    await this.#dir[Symbol.asyncDispose]();
  }
}
