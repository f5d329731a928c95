/**
 * Copies between a local folder and a server in this process.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import type { BatchOutcome, OnTransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { getFiles, type GetRequest } from "../../../lib/client/transfer/get/get_files.ts";
import { putFiles, type PutRequest } from "../../../lib/client/transfer/put/put_files.ts";
import type { ServerOptions } from "../../../lib/server/server_options.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";

const OPTIONS = {
  existing: "refuse",
  times: true,
  resume: true,
  recursive: true,
  transfers: 4,
} as const;

/** How a copy is watched, and connected. */
interface Watching {
  readonly onEvent?: OnTransferEvent;
  /** A legacy dialect instead of the native protocol. */
  readonly dialect?: string;
  /** The address of a proxy. */
  readonly url?: string;
  readonly signal?: AbortSignal;
}

/** What a copy did. */
export interface CopyOutcome extends BatchOutcome {
  readonly notices: readonly string[];
  /** Bytes of content that crossed the network. */
  readonly moved: number;
}

/** A server with a local folder beside it. */
export class Copies implements AsyncDisposable {
  readonly server: TestServer;
  readonly local: string;

  private constructor(server: TestServer) {
    this.server = server;
    this.local = server.dir.join("local");
    Deno.mkdirSync(this.local);
  }

  static async start(options: Partial<ServerOptions> = {}): Promise<Copies> {
    return new Copies(await testServer(options));
  }

  /** The path of a local file. */
  at(name: string): string {
    return `${this.local}/${name}`;
  }

  /** The path of a served file. */
  served(name: string): string {
    return `${this.server.root}/${name}`;
  }

  put(
    names: readonly string[],
    { onEvent, dialect, url, signal, ...options }: Partial<PutRequest> & Watching = {},
  ): Promise<CopyOutcome> {
    const sources = names.map((name) => this.at(name));
    const request: PutRequest = { ...OPTIONS, sources, to: ".", ...options };
    const open = () => this.#connect(dialect, url);
    return outcomeOf((listener) => putFiles(open, request, listener, signal), onEvent);
  }

  get(
    names: readonly string[],
    { onEvent, dialect, url, signal, ...options }: Partial<GetRequest> & Watching = {},
  ): Promise<CopyOutcome> {
    const request: GetRequest = { ...OPTIONS, names, dir: this.local, ...options };
    const open = () => this.#connect(dialect, url);
    return outcomeOf((listener) => getFiles(open, request, listener, signal), onEvent);
  }

  #connect(dialect = "", url = this.server.url): Promise<Remote> {
    const address = dialect === "" ? url : url.replace("ft:", `ft+${dialect}:`);
    return openRemote(parseEndpoint(address), { timeoutMs: 10_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

async function outcomeOf(
  copy: (onEvent: OnTransferEvent) => Promise<BatchOutcome>,
  onEvent?: OnTransferEvent,
): Promise<CopyOutcome> {
  const notices: string[] = [];
  const outcome = await copy((event) => {
    onEvent?.(event);
    if (event.kind === "notice") notices.push(event.text);
  });
  return { ...outcome, notices, moved: outcome.done.reduce((sum, { moved }) => sum + moved, 0) };
}

/** Asserts that every file arrived. */
export function assertDone({ done, failed }: BatchOutcome, files: number): void {
  assertEquals(failed.map(({ name, error }) => `${name}: ${error.message}`), []);
  assertEquals(done.length, files);
}

/** The permission bits of a file or folder, in octal. */
export function bitsAt(path: string): string {
  return (Deno.lstatSync(path).mode! & 0o7777).toString(8);
}

/** Writes a file with these permission bits, whatever the user's mask is. */
export function writeWith(path: string, content: string | Uint8Array, mode: number): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  Deno.writeFileSync(path, bytes);
  Deno.chmodSync(path, mode);
}
