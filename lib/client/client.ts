/**
 * A client of one server, with the defaults of `ftclient`.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { FileInfo, ListOptions } from "../service/files.ts";
import type { Remote } from "./remote/remote.ts";
import type { RemoteSeat, SeatRequest } from "./remote/remote_chat.ts";
import { SharedRemote } from "./remote/shared_remote.ts";
import type { TransferResult } from "./remote/transfer_events.ts";
import { RemoteFile, type SaveOptions } from "./remote_file.ts";
import { soleResult } from "./sole_result.ts";
import { localBaseName } from "./transfer/local_path.ts";
import { putFiles } from "./transfer/put/put_files.ts";

/** Settings that hold for all transfers of a {@linkcode Client}. */
export interface ClientSettings {
  /** Attempts to reconnect during a transfer. */
  readonly retries: number;
  /** Names this client across runs, so that it can resume its uploads. */
  readonly identity: string;
}

/**
 * A connection to a server that is replaced when it is lost. Disposing it disconnects.
 *
 * @example
 * ```ts
 * import { connect, serve } from "../../mod.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const options = { state: `${dir}/state`, listen: ["ft://127.0.0.1:0"] };
 * await using server = await serve(`${dir}/shared`, options);
 * await using ft = await connect(server.addresses[0]!);
 * await ft.put(new TextEncoder().encode("hello"), "notes/hello.txt");
 * if (await ft.get("notes/hello.txt").text() !== "hello") throw new Error();
 * for await (const { path } of ft.list("notes")) if (path !== "notes/hello.txt") throw new Error();
 * ```
 */
export class Client implements AsyncDisposable {
  readonly #shared: SharedRemote;
  readonly #settings: ClientSettings;

  /** Does not connect yet. @param open Connects once. */
  constructor(open: () => Promise<Remote>, settings: ClientSettings) {
    this.#shared = new SharedRemote(open);
    this.#settings = settings;
  }

  /**
   * The connection, with every operation of the server. It stays open when the returned object is
   * disposed.
   *
   * @throws The errors of connecting.
   */
  remote(): Promise<Remote> {
    return this.#shared.lend();
  }

  /** A file on the server, to read as a stream, as bytes or as text, or to save. */
  get(name: string): RemoteFile {
    return new RemoteFile(() => this.remote(), name, this.#options());
  }

  /**
   * Uploads a local file, a stream or bytes. The server shows the file when it is complete.
   *
   * @param content The path of a local file, or the content.
   * @param name The name on the server; its parent folders are created. @default the file's last name
   * @throws `usage` for content without a name, `conflict` if the name exists with other content,
   *   `not_found`, `not_allowed`, and the errors of the connection.
   */
  async put(
    content: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
    name?: string,
    { existing = "refuse", onEvent = () => {}, signal }: SaveOptions = {},
  ): Promise<TransferResult> {
    const as = name ?? (typeof content === "string" ? localBaseName(content) : undefined);
    if (as === undefined) throw new FtError("usage", "content needs a name on the server");
    const request = { ...this.#options(), existing, to: ".", as, recursive: false, transfers: 1 };
    const source = typeof content === "string"
      ? { sources: [content] }
      : { sources: [], input: content instanceof Uint8Array ? streamOf(content) : content };
    const open = () => this.remote();
    return soleResult(await putFiles(open, { ...request, ...source }, onEvent, signal));
  }

  /** Lists a folder. @throws `not_found`, `not_allowed`, and the errors of the connection. */
  async *list(dir = ".", options?: ListOptions): AsyncGenerator<FileInfo> {
    const { files } = await this.remote();
    yield* files.list(dir, options);
  }

  /** Joins the chat. Disposing the seat leaves it. @throws As `RemoteChat.join`. */
  async chat(request?: SeatRequest): Promise<RemoteSeat> {
    const { chat } = await this.remote();
    return await chat.join(request);
  }

  #options() {
    return { ...this.#settings, existing: "refuse", times: true, resume: true } as const;
  }

  /** Disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shared[Symbol.asyncDispose]();
  }
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream();
}
