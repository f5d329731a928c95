/**
 * Many clients at once, and the verdict on what they saw.
 *
 * @module
 */

import { leftovers } from "../../ceph/leftovers.ts";
import { type TempDir, tempDir } from "../../temp_dir.ts";
import { until } from "../../until.ts";
import type { Cluster } from "../cluster.ts";
import { Ledger } from "./ledger.ts";
import { StormClient } from "./storm_client.ts";
import { checkTalk, lastOfOthers } from "./talker.ts";

/** Clients at work. Disposing it disconnects them. */
export class Storm implements AsyncDisposable {
  readonly ledger = new Ledger();
  readonly #cluster: Cluster;
  readonly #clients: readonly StormClient[];
  readonly #dir: TempDir;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  private constructor(cluster: Cluster, clients: number, seed: number, dir: TempDir) {
    this.#cluster = cluster;
    this.#dir = dir;
    this.#clients = Array.from({ length: clients }, (_, i) => this.#client(i, seed));
    this.#running = this.#run();
    this.#running.catch(() => {});
  }

  /** Starts clients. @param seed Of their random choices. */
  static async start(
    cluster: Cluster,
    { clients, seed }: { readonly clients: number; readonly seed: number },
  ): Promise<Storm> {
    return new Storm(cluster, clients, seed, await tempDir());
  }

  #client(number: number, seed: number): StormClient {
    const { servers } = this.#cluster;
    const hosts = (first: number) => this.#cluster.hosts(first % servers.length);
    return new StormClient({ number, hosts, dir: this.#dir.path, ledger: this.ledger, seed });
  }

  async #run(): Promise<void> {
    // A message that is said before all have a seat is not for all.
    await Promise.all(this.#clients.map(({ talker }) => talker.joined()));
    await Promise.all(this.#clients.map((client) => client.run(this.#stop.signal)));
  }

  /** Completed rounds of each client. */
  rounds(): number[] {
    return this.#clients.map(({ rounds }) => rounds);
  }

  /** Waits until every client has completed further rounds. @throws What a client failed with. */
  async progress(rounds: number): Promise<void> {
    const goals = this.#clients.map((client) => client.rounds + rounds);
    const reached = until(() => this.#clients.every(({ rounds }, i) => rounds >= goals[i]!));
    await Promise.race([reached, this.#running]);
  }

  /** Lets every client finish, and checks files and messages; then all of them do a round again. */
  async finish(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#clients.map((client) => client.round()));
    await this.#heardAll();
    checkTalk(this.#clients.map(({ talker }) => talker), this.ledger);
    await Promise.all(this.#clients.map((client, i) => client.verify(i, this.#clients.length)));
  }

  /** Waits until every seat has heard the last message of the others. */
  async #heardAll(): Promise<void> {
    const talkers = this.#clients.map(({ talker }) => talker);
    await until(() => {
      const heard = talkers.flatMap((talker) => talker.heard);
      return talkers.every((talker) => talker.lastHeard >= lastOfOthers(heard, talker.name));
    });
  }

  /** What is in the bucket and belongs to no file. */
  async strays(): Promise<string[]> {
    return await leftovers(this.#cluster.store, this.#cluster.killedMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    await this.#running.catch(() => {});
    await this.#dir[Symbol.asyncDispose]();
  }
}
