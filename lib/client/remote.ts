/**
 * A server one is connected to.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { emptySchema } from "../native/schemas.ts";
import { isLoopbackHost } from "../net/loopback.ts";
import type { CallOptions, Files } from "../service/files.ts";
import type { RemoteChat } from "./chat.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { NativeChat } from "./native/chat.ts";
import { type GreetOptions, NativeClient } from "./native/client.ts";
import { NativeFiles } from "./native/files.ts";
import type { PlainServer } from "./older/plain.ts";
import { dialEndpoint, type Trust } from "./secure_dial.ts";

/** A connection to a server. Disposing it hangs up. */
export interface Remote extends AsyncDisposable {
  /** Its file service. */
  readonly files: Files;
  /** Its chat. */
  readonly chat: RemoteChat;
  /** What it can do where it speaks an older dialect: whole files, as streams. */
  readonly plain?: PlainServer;
  /** `native`, or the older dialect's name. */
  readonly dialect: string;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
  /** Milliseconds the server's clock is ahead of ours, about; absent when it does not tell. */
  readonly clockAheadMs?: number | undefined;
  /** Round-trip time in milliseconds. */
  ping(options?: CallOptions): Promise<number>;
}

/** What a client logs in with. */
export type ClientLogin =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

/** Options of {@linkcode openRemote}. */
export interface RemoteOptions extends GreetOptions {
  /** Whom to trust in TLS. @default authorities that the runtime knows */
  readonly trust?: Trust;
  /** Logs in. @default as nobody in particular */
  readonly login?: ClientLogin;
}

/**
 * Connects and exchanges hellos.
 *
 * @throws `network`, `protocol` when the answer is not the protocol, `limit` when the server is full,
 *   `tls` when it is not who it should be, `not_allowed` for a login it does not accept.
 */
export async function openRemote(endpoint: Endpoint, options: RemoteOptions): Promise<Remote> {
  if (endpoint.scheme !== "ft" && endpoint.scheme !== "fts") {
    if (options.login !== undefined) {
      throw new FtError("usage", `${endpoint.scheme}:// has no logins`);
    }
    const { openDialect } = await import("./dialect_client.ts");
    return await openDialect(endpoint, options);
  }
  const { hostname, port } = endpoint;
  const { timeoutMs, signal, login } = options;
  if (login !== undefined && endpoint.scheme !== "fts" && !isLoopbackHost(hostname)) {
    throw new FtError("usage", "a login needs TLS: everybody on the way could read it (fts://)");
  }
  const connection = await dialEndpoint(
    endpoint,
    { hostname, port, timeoutMs, ...(signal && { signal }) },
    options.trust,
  );
  if (options.maxRate !== undefined) connection.limitRate(options.maxRate, "both");
  const client = await NativeClient.greet(connection, formatEndpoint(endpoint), options);
  if (login !== undefined) await logIn(client, login, options);
  return {
    files: new NativeFiles(client),
    chat: new NativeChat(client),
    dialect: "native",
    signal: client.signal,
    clockAheadMs: client.clockAheadMs,
    ping: (call) => client.ping(call?.signal),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

async function logIn(
  client: NativeClient,
  { kind: _, ...secret }: ClientLogin,
  { signal }: RemoteOptions,
): Promise<void> {
  try {
    await client.ask({ op: "login", ...secret }, emptySchema, signal);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}
