/**
 * A server with few file descriptors, and connections that use them up.
 *
 * @module
 */

import { assert } from "@std/assert";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { programFromTask, withDescriptors } from "../../testing/programs/program.ts";
import type { Finished } from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";

/** Descriptors of a server: enough to start, and for a few dozen connections. */
export const DESCRIPTORS = 150;
/** How the log names the cause. */
export const FULL = /accept\.failed listen=ft:\S+ message="too many open files"/;
/** How long a slow machine may take for what needs no time otherwise, in milliseconds. */
export const SLOW_MS = 60_000;

/** A server with few descriptors and no limit of its own that would be reached before. */
export async function scarceSystem(): Promise<System> {
  const server = withDescriptors(await programFromTask("ftserver"), DESCRIPTORS);
  const args = ["--max-connections-per-host", "1000", "--handshake-timeout", "1000"];
  const doors = [
    ...["--listen", "fts://127.0.0.1:0", "--metrics", "http://127.0.0.1:0"],
    ...["--web", "http://127.0.0.1:0"],
  ];
  const options = { programs: { server }, args: [...args, ...doors], logLevel: "info" };
  return await System.start(options);
}

/** Connections that send nothing, and use up the descriptors of a server. Disposing closes them. */
export class Flood implements Disposable {
  readonly #system: System;
  readonly #open = new DisposableStack();

  constructor(system: System) {
    this.#system = system;
  }

  /** Opens connections until no descriptor is free. */
  static async begin(system: System): Promise<Flood> {
    using stack = new DisposableStack();
    const flood = stack.use(new Flood(system));
    for (let i = 0; i < DESCRIPTORS; i++) await flood.grow();
    assert(await system.logs(FULL, 0, SLOW_MS));
    stack.move();
    return flood;
  }

  /** Opens one more, as the server has closed a file meanwhile. */
  async grow(): Promise<void> {
    const { hostname, port } = parseEndpoint(this.#system.url);
    this.#open.use(await Deno.connect({ hostname, port }));
  }

  /**
   * Requests something until that is refused.
   *
   * @returns The refusal.
   */
  async until<T>(request: () => Promise<T>, isRefused: (result: T) => boolean): Promise<T> {
    let result = await request();
    for (let i = 0; !isRefused(result); i++) {
      if (i === DESCRIPTORS) throw new Error(`never refused: ${Deno.inspect(result)}`);
      await this.grow();
      result = await request();
    }
    return result;
  }

  /** Starts a client until it is refused with a reason; one that is slow may get none. */
  refused(scheme: string): Promise<Finished> {
    const host = this.#system.url.replace("ft:", `${scheme}:`);
    const get = () => this.#system.client(["get", "absent", "--host", host]);
    return this.until(get, ({ code }) => code === 8);
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }
}
