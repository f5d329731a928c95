/**
 * Opens connections to servers.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { anySignal } from "../base/signals.ts";
import { receiptSchema } from "../native/receipt_schemas.ts";
import { DIGESTS, emptySchema, RECEIPTS, ROOTS, SHARES } from "../native/schemas.ts";
import type { Connection } from "../net/connection.ts";
import { formatAddress } from "../net/address.ts";
import { EndedHandshake } from "../net/handshake_failure.ts";
import { isLoopbackHost } from "../net/loopback.ts";
import { NativeChat } from "./native/native_chat.ts";
import { NativeClient } from "./native/native_client.ts";
import { NativeFiles } from "./native/native_files.ts";
import { nativeLanes } from "./native/native_lanes.ts";
import { versionFiles } from "../native/version_files.ts";
import { VERSIONS } from "../native/version_schemas.ts";
import { NativeVersions } from "./native/native_versions.ts";
import { noVersions } from "./remote/remote_versions.ts";
import { NativeShares } from "./native/native_shares.ts";
import { type Endpoint, formatEndpoint } from "./remote/endpoint.ts";
import { OpenedReading } from "./remote/opened_reading.ts";
import type { Remote } from "./remote/remote.ts";
import { noShares } from "./remote/no_shares.ts";
import type { ClientLogin, RemoteOptions } from "./remote_options.ts";
import { blockTransfers } from "./transfer/block_transfers.ts";
import { dialEndpoint, pinNeedsTls } from "./trust/secure_dial.ts";

/**
 * Connects to a server and exchanges hellos. The token of a link logs in if the options have no login.
 *
 * @throws `network`, `protocol` for an unexpected answer, `limit` when the server is full, `tls` when
 *   its identity is not trusted, or for a pin without TLS, `not_allowed` for a wrong login.
 */
export async function openRemote(endpoint: Endpoint, options: RemoteOptions): Promise<Remote> {
  const login = options.login ?? linkLogin(endpoint);
  if (endpoint.scheme !== "ft" && endpoint.scheme !== "fts") {
    if (login !== undefined) {
      throw new FtError("usage", `${endpoint.scheme}:// has no logins`);
    }
    if ((options.trust?.pin ?? endpoint.pin) !== undefined) throw pinNeedsTls(endpoint.scheme);
    const { openLegacy } = await (import("./legacy/open_legacy.ts" as string) as Promise<
      typeof import("./legacy/open_legacy.ts")
    >);
    const { timeoutMs, signal, rate, trust } = options;
    return await openLegacy({ endpoint, timeoutMs, signal, rate, trust });
  }
  const { hostname } = endpoint;
  if (login !== undefined && endpoint.scheme !== "fts" && !isLoopbackHost(hostname)) {
    throw new FtError("usage", "a login needs TLS (fts://): plaintext would reveal the password");
  }
  const connection = await connect(endpoint, options).catch(async (error) => {
    throw await isPlaintext(error, endpoint, options) ? plaintextAt(endpoint, error) : error;
  });
  if (options.rate !== undefined) connection.limitRate(options.rate);
  const where = formatEndpoint(endpoint);
  const client = NativeClient.begin(connection, where, options);
  const loggedIn = login && logIn(client, login, options);
  const files = new NativeFiles(client);
  const lanes = nativeLanes(client, files, async (ticket, signal) => {
    const asked = { ...options, signal: anySignal(signal, options.signal), lane: ticket };
    // A name with several addresses may lead to another server, which does not know the ticket.
    const further = await connect(endpoint, asked, connection.dialled);
    const lane = await NativeClient.greet(further, where, asked);
    further.shareRate(connection);
    return lane;
  });
  if (options.ahead?.transfer !== undefined) lanes.prepare();
  const opened = options.ahead && new OpenedReading(files, options.ahead);
  if (options.stageAhead !== undefined) files.stageAhead(options.stageAhead);
  options.onSent?.();
  await Promise.all([client.greeted, loggedIn]);
  return {
    files,
    transfers: blockTransfers(files, {
      roots: client.offers(ROOTS),
      digests: client.offers(DIGESTS) ? files.digests.bind(files) : undefined,
      ...{ opened, lanes },
    }),
    chat: new NativeChat(client),
    shares: client.offers(SHARES) ? new NativeShares(client) : noShares(where),
    receipt: (path, root, call) =>
      client.offers(RECEIPTS)
        ? client.ask({ op: "receipt", path, root }, receiptSchema, call?.signal)
        : Promise.reject(new FtError("protocol", `${where} signs no receipts`)),
    versions: client.offers(VERSIONS)
      ? new NativeVersions(
        client,
        (rev) => blockTransfers(versionFiles(files, rev), { roots: false }),
      )
      : noVersions(where),
    dialect: "native",
    signal: client.signal,
    clockAheadMs: client.clockAheadMs,
    ping: (call) => client.ping(call?.signal),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/**
 * Whether a port that ends connections before TLS begins is a plaintext port. A host that used TLS
 * before is not asked, and nothing is sent but a hello.
 */
async function isPlaintext(
  error: unknown,
  endpoint: Endpoint,
  { timeoutMs, dialTimeoutMs, signal, trust }: RemoteOptions,
): Promise<boolean> {
  if (!(error instanceof EndedHandshake)) return false;
  const plain = { ...endpoint, scheme: "ft" } as const;
  try {
    const connection = await connect(plain, { timeoutMs, dialTimeoutMs, signal, trust });
    const where = formatEndpoint(plain);
    await using _client = await NativeClient.greet(connection, where, { timeoutMs, signal });
    return true;
  } catch {
    return false;
  }
}

function plaintextAt({ hostname, port }: Endpoint, cause: unknown): FtError {
  const at = formatAddress(hostname, port);
  const message = `${at} does not speak TLS: for plaintext, name it ft://${at}`;
  return new FtError("protocol", message, { cause });
}

function connect(
  endpoint: Endpoint,
  { timeoutMs, dialTimeoutMs = Infinity, signal, trust }: RemoteOptions,
  address?: string,
): Promise<Connection> {
  const { hostname, port } = endpoint;
  const dialMs = Math.min(timeoutMs, dialTimeoutMs);
  return dialEndpoint(endpoint, { hostname, port, address, timeoutMs: dialMs, signal }, trust);
}

function linkLogin({ token }: Endpoint): ClientLogin | undefined {
  return token === undefined ? undefined : { kind: "token", token };
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
