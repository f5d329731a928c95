/**
 * How to connect to a server.
 *
 * @module
 */

import type { GreetOptions } from "./native/native_client.ts";
import type { Trust } from "./trust/secure_dial.ts";

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
