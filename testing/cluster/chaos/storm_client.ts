/**
 * A client that puts, gets, overwrites, resumes, locks and chats for as long as it is told to, whatever
 * happens to the cluster.
 *
 * @module
 */

import { FtError, hasCode } from "../../../lib/base/errors.ts";
import { asFtError } from "../../../lib/base/os_errors.ts";
import { Client } from "../../../lib/client/client.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoints } from "../../../lib/client/remote/endpoints.ts";
import { openFirst } from "../../../lib/client/remote/first_server.ts";
import type { OpenRemote } from "../../../lib/client/remote/open.ts";
import { Random } from "../../random.ts";
import { delay } from "@std/async/delay";
import type { Ledger } from "./ledger.ts";
import { Talker } from "./talker.ts";
import { contentOf, type Version, versionOf } from "./versioned.ts";

const [KiB, MiB] = [1024, 1024 * 1024];
const TIMEOUT_MS = 20_000;
const RETRIES = 6;
/** Milliseconds in which a work must succeed, with all its attempts. */
const PATIENCE_MS = 90_000;
/** More than one part of the store. */
const HALF_SENT_BYTES = 9.5 * MiB;
const LEASE_MS = 3_000;
/** Names that all clients overwrite, and lock. */
const CONTESTED = 3;

/** Makes a function that connects as one client. */
export function opener(hosts: string, identity: string): OpenRemote {
  return openFirst(
    parseEndpoints(hosts),
    (endpoint) => (more) => openRemote(endpoint, { timeoutMs: TIMEOUT_MS, identity, ...more }),
  );
}

/** Options of {@linkcode StormClient}. */
export interface StormOptions {
  readonly number: number;
  /** The addresses of the servers, with those from a number on first. */
  readonly hosts: (first: number) => string;
  /** A folder for local files. */
  readonly dir: string;
  readonly ledger: Ledger;
  readonly seed: number;
}

/** One client. Disposing it disconnects. */
export class StormClient implements AsyncDisposable {
  /** Completed rounds. */
  rounds = 0;
  readonly talker: Talker;
  readonly #options: StormOptions;
  readonly #identity = crypto.randomUUID();
  readonly #random: Random;
  /** Two clients with one identity that prefer different servers. */
  readonly #clients: readonly [Client, Client];
  #overwrites = 0;

  constructor(options: StormOptions) {
    const { number, hosts, ledger, seed } = options;
    this.#options = options;
    this.#random = Random.of(seed, "storm", number);
    const client = (first: number) =>
      new Client(opener(hosts(first), this.#identity), {
        ...{ retries: RETRIES, identity: this.#identity },
      });
    this.#clients = [client(number), client(number + 1)];
    this.talker = new Talker(`c${number}`, opener(hosts(number), this.#identity), ledger);
  }

  /** Works in rounds until the signal ends. @throws What no further attempt would mend. */
  async run(signal: AbortSignal): Promise<void> {
    await this.talker.joined();
    while (!signal.aborted) {
      await this.round();
      this.rounds++;
    }
  }

  /** One of each kind of work. */
  async round(): Promise<void> {
    await this.talker.say();
    await this.#put();
    await this.#get();
    await this.#overwrite();
    await this.#lock();
    if (this.rounds % 2 === this.#options.number % 2) await this.#resume();
    await this.talker.say();
  }

  async #put(): Promise<void> {
    const bytes = this.#random.pick([200, 40 * KiB, 40 * KiB, 1.5 * MiB]);
    const version = this.#version(`own/c${this.#options.number}/r${this.rounds}`, bytes);
    await using local = await this.#local(version);
    await this.#persist(`put ${version.name}`, () => this.#main.put(local.path, version.name));
    this.#acknowledged(version, "put");
  }

  async #overwrite(): Promise<void> {
    const { number, ledger } = this.#options;
    const name = `own/c${number}/again`;
    this.#acknowledged(await this.#replace(name, () => false), "overwrite");
    const contested = `all/n${this.#random.below(CONTESTED)}`;
    // One of those who write a name at the same time may be told so.
    await this.#replace(contested, (error) => error.code === "conflict");
    ledger.done.contest++;
    await this.#check(contested, () => true);
  }

  async #replace(name: string, isFine: (error: FtError) => boolean): Promise<Version> {
    const bytes = this.#random.pick([300, 30 * KiB, 1.2 * MiB]);
    const version = { ...this.#version(name, bytes), number: ++this.#overwrites };
    await using local = await this.#local(version);
    await this.#persist(`overwrite ${name}`, async () => {
      try {
        await this.#main.put(local.path, name, { existing: "overwrite" });
      } catch (error) {
        if (!isFine(asFtError(error))) throw error;
      }
    });
    return version;
  }

  /** Begins an upload at one server, and continues it at the next one. */
  async #resume(): Promise<void> {
    const version = this.#version(
      `own/c${this.#options.number}/half${this.rounds}`,
      HALF_SENT_BYTES,
    );
    const { name, bytes } = version;
    await using local = await this.#local(version);
    const half = new AbortController();
    const first = this.#main.put(local.path, name, {
      signal: half.signal,
      onEvent: (event) => {
        if (event.kind === "progress" && event.done >= bytes * 0.8) {
          half.abort(new FtError("interrupted", "most of it is enough"));
        }
      },
    });
    const begun = await first.catch(() => undefined);
    const [, other] = this.#clients;
    const { moved } = begun ??
      await this.#persist(`resume ${name}`, () => other.put(local.path, name));
    this.#options.ledger.keptBytes += Math.max(0, bytes - moved);
    this.#acknowledged(version, "resume");
  }

  async #get(): Promise<void> {
    const { ledger } = this.#options;
    const names = [...ledger.files.keys()].filter((name) => !name.endsWith("again"));
    for (const name of [this.#random.pick(names), `own/c${this.#options.number}/again`]) {
      const wanted = ledger.files.get(name);
      if (wanted === undefined) continue;
      await this.#check(name, ({ number }) => number === wanted.number);
      ledger.done.get++;
    }
  }

  /** Reads a share of all acknowledged files. */
  async verify(share: number, of: number): Promise<void> {
    const { ledger } = this.#options;
    for (const [i, [name, wanted]] of [...ledger.files].entries()) {
      if (i % of !== share) continue;
      await this.#check(name, ({ number }) => number === wanted.number);
    }
  }

  /** Reads a file, which must be whole and a version that can be there. */
  async #check(name: string, fits: (version: Version) => boolean): Promise<void> {
    const content = await this.#persist(`get ${name}`, () => this.#main.get(name).bytes());
    const found = versionOf(content);
    if (found?.name === name && fits(found)) return;
    const what = found === null ? `${content.length} torn bytes` : JSON.stringify(found);
    this.#options.ledger.wrong.push(`${name} is ${what}`);
  }

  async #lock(): Promise<void> {
    const { number, ledger } = this.#options;
    const path = `locks/n${this.#random.below(CONTESTED)}`;
    await this.#persist(`lock ${path}`, async () => {
      const { files } = await this.#main.remote();
      const requestedMs = performance.now();
      try {
        await files.lease(path, { ttlMs: LEASE_MS });
      } catch (error) {
        if (hasCode(error, "conflict")) return;
        throw error;
      }
      ledger.granted(path, number, requestedMs, LEASE_MS);
      ledger.releases(path, number);
      await files.release(path).catch((error) => {
        // On a busy machine it may have lapsed by now.
        if (!hasCode(error, "not_allowed")) throw error;
      });
    });
  }

  get #main(): Client {
    return this.#clients[0];
  }

  #version(name: string, bytes: number): Version {
    return { name, by: this.#options.number, number: 1, bytes };
  }

  #acknowledged(version: Version, work: "put" | "overwrite" | "resume"): void {
    this.#options.ledger.files.set(version.name, version);
    this.#options.ledger.done[work]++;
  }

  async #local(version: Version): Promise<{ readonly path: string } & AsyncDisposable> {
    const path = `${this.#options.dir}/c${this.#options.number}`;
    await Deno.writeFile(path, contentOf(version));
    return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
  }

  /** Does it until it succeeds. */
  async #persist<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { number, ledger } = this.#options;
    const beganMs = performance.now();
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        const error = asFtError(thrown);
        const late = performance.now() - beganMs > PATIENCE_MS;
        if (!error.retryable || late) {
          const why = late ? "has not succeeded" : "failed for good";
          throw new Error(`c${number}: ${what} ${why}: ${error.code} ${error.message}`, {
            cause: error,
          });
        }
        ledger.retry(error);
        await delay(100);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.talker[Symbol.asyncDispose]();
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
  }
}
