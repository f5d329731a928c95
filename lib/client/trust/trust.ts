/**
 * Which servers a client trusts.
 *
 * @module
 */

import type { KnownHosts } from "./known_hosts.ts";

/** Which servers to trust. */
export interface Trust {
  /** Servers met before; without it, no server is trusted on first use. */
  readonly knownHosts?: KnownHosts | undefined;
  /** The key that the server must hold: 64 hex digits. It overrides everything else. */
  readonly pin?: string | undefined;
  /** Additional authorities, in PEM. */
  readonly authorities?: string | undefined;
  /** Called when a server is trusted on first use. */
  onFirstUse?(address: string, pin: string): void;
}
