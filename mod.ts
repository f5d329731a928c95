/**
 * File transfer and chat as a library: {@linkcode serve} a folder, {@linkcode connect} to a server,
 * and transfer files. Below them are {@linkcode startServer} and {@linkcode openRemote}, which have no
 * defaults, and one interface for all file operations, {@linkcode Files}.
 *
 * @example
 * ```ts
 * import { connect, serve } from "./mod.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const options = { state: `${dir}/state`, listen: ["ft://127.0.0.1:0"] };
 * await using server = await serve(`${dir}/shared`, options);
 * await using ft = await connect(server.addresses[0]!);
 * await Deno.writeTextFile(`${dir}/hello.txt`, "hello");
 * await ft.put(`${dir}/hello.txt`);
 * const { bytes } = await ft.get("hello.txt").to(`${dir}/back.txt`);
 * if (bytes !== 5) throw new Error("the file was not downloaded");
 * ```
 *
 * @module
 */

export type * from "./lib/auth/permission.ts";
export {
  type ErrorCode,
  type ErrorKind,
  EXIT_CODES,
  FtError,
  type FtErrorOptions,
} from "./lib/base/errors.ts";
export {
  createLogger,
  type LogEvent,
  type LogFields,
  type Logger,
  type LogLevel,
  type LogSink,
  SILENT,
} from "./lib/base/log.ts";
export { type RateClock, RateLimit, RateLimits } from "./lib/base/rate_limit.ts";
export { type NumberedEvent, RecentLog } from "./lib/base/recent_log.ts";
export type { RetryAttempt } from "./lib/base/retry.ts";
export { VERSION } from "./lib/base/version.ts";
export type { ChatMessage, ChatOperator, Presence } from "./lib/chat/seat.ts";
export type { RemoteChat, RemoteSeat, SeatRequest } from "./lib/client/remote/remote_chat.ts";
export {
  type Endpoint,
  formatEndpoint,
  parseEndpoint,
  type Scheme,
} from "./lib/client/remote/endpoint.ts";
export type * from "./lib/client/remote/transfer_events.ts";
export { getFiles, type GetRequest } from "./lib/client/transfer/get/get_files.ts";
export { putFiles, type PutRequest } from "./lib/client/transfer/put/put_files.ts";
export { type GlobFilter, nameFilter } from "./lib/client/transfer/name_filter.ts";
export { type KnownHost, KnownHosts, type KnownLine } from "./lib/client/trust/known_hosts.ts";
export type { Trust } from "./lib/client/trust/trust.ts";
export type { GreetOptions } from "./lib/client/native/greet_options.ts";
export type {
  AheadRequest,
  OpenOptions,
  OpenRemote,
  StageAhead,
} from "./lib/client/remote/open.ts";
export type * from "./lib/client/remote/remote.ts";
export type { Receipt } from "./lib/native/receipts.ts";
export type { ClientLogin, RemoteOptions } from "./lib/client/remote_options.ts";
export { openRemote } from "./lib/client/open_remote.ts";
export type {
  LegacyContent,
  LegacyServer,
  PromisedDigest,
} from "./lib/client/legacy/legacy_server.ts";
export type { BatchOptions } from "./lib/client/transfer/batch_run.ts";
export type { MirrorOptions } from "./lib/client/transfer/mirror/mirror.ts";
export type { LocalRootsOptions } from "./lib/client/remote/local_roots.ts";
export type { NameFilter, TransferOptions } from "./lib/client/remote/transfer_context.ts";
export type { TlsFiles } from "./lib/net/tls_identity.ts";
export { Client, type ClientSettings } from "./lib/client/client.ts";
export { connect, type ConnectOptions } from "./lib/client/connect.ts";
export { type CollectOptions, RemoteFile, type SaveOptions } from "./lib/client/remote_file.ts";
export type { OwnDialect, OwnListener, UploadRecords } from "./lib/dialects/dialect.ts";
export type { WebOptions } from "./lib/web/door/web_options.ts";
export { webListener } from "./lib/web/web_listener.ts";
export { serve, type ServeOptions } from "./lib/server/serve.ts";
export type { RunningServer } from "./lib/server/running_server.ts";
export { startServer } from "./lib/server/server.ts";
export type { ServerChanges, ServerOptions, ServerTuning } from "./lib/server/server_options.ts";
export type { ServerLock, ServerStatus, TransferStatus } from "./lib/server/status.ts";
export type { ServedBucket, ServedChoice, ServiceOptions } from "./lib/server/services.ts";
export type { ClusterOptions } from "./lib/server/cluster.ts";
export type { BusAddress, BusCredentials } from "./lib/cluster/bus_address.ts";
export type { StoreCredentials, StorePlace } from "./lib/object_store/store_url.ts";
export type * from "./lib/server/user_event.ts";
export type * from "./lib/service/file_event.ts";
export type { StorePath } from "./lib/storage/store_path.ts";
export type * from "./lib/service/files.ts";
