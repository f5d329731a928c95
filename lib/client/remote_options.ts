/**
 * How to connect to a server.
 *
 * @module
 */

import type { GreetOptions } from "./native/greet_options.ts";
import type { StageAhead } from "./remote/open.ts";
import type { AheadRequest } from "./remote/opened_reading.ts";
import type { Trust } from "./trust/trust.ts";

/** The credentials of a login. */
export type ClientLogin =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

/** Options of {@linkcode openRemote}. */
export interface RemoteOptions extends GreetOptions {
  /** The trusted identities for TLS. @default the authorities of the runtime */
  readonly trust?: Trust;
  /** Logs in. @default anonymous */
  readonly login?: ClientLogin;
  /** A file that is read at once, if the connection is native. @default none */
  readonly ahead?: AheadRequest | undefined;
  /** An upload that a native connection begins at once if its name is free. @default none */
  readonly stageAhead?: StageAhead | undefined;
  /** Called when a native connection has sent its first requests. @default nothing happens */
  readonly onSent?: (() => void) | undefined;
  /** Milliseconds to wait for a connection, if less than the timeout. @default the timeout */
  readonly dialTimeoutMs?: number | undefined;
}
