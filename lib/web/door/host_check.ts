/**
 * The host that a client addresses. A page of another site can make its own name resolve to this
 * machine (DNS rebinding); the browser then sends that name, which is not one of ours.
 *
 * @module
 */

import { canonicalHost, isAddress, parseAddress } from "../../net/address.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { badRequest, HttpError } from "../http/http_error.ts";

/** Names that nobody can register: without a dot, or below a domain for private use. */
const PRIVATE = /^[\w-]+$|\.(localhost|local|internal|home\.arpa)$/;

/** Checks hosts. */
export class HostCheck {
  readonly #names: ReadonlySet<string>;

  /** @param names Names of this machine. */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map(canonicalHost));
  }

  /**
   * Returns the origin that a client addresses.
   *
   * @param host The `Host` field. An HTTP/1.0 client sends none.
   * @param encrypted Over TLS the browser has verified the name by the certificate.
   * @throws {HttpError} 400 for an invalid host, 421 for a name that is not ours.
   */
  originOf(host: string, encrypted: boolean): string {
    const scheme = encrypted ? "https" : "http";
    if (host === "") return `${scheme}://localhost`;
    const address = /[/@#]/.test(host) ? null : parseAddress(host);
    if (address === null || (address.port ?? 0) > 65535) throw badRequest("its host");
    const name = canonicalHost(address.hostname);
    if (!encrypted && !this.#isOurs(name)) {
      throw new HttpError(421, `this server is not ${name}: see --web-host`, { name });
    }
    return new URL(`${scheme}://${host}`).origin;
  }

  #isOurs(name: string): boolean {
    return isAddress(name) || isLoopbackHost(name) || PRIVATE.test(name) || this.#names.has(name);
  }
}
