/**
 * Connecting over TLS to a server whose identity is checked: against a pin, an authority, or what
 * it showed at the first connection.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import type { Connection } from "../../net/connection.ts";
import { formatAddress } from "../../net/address.ts";
import { dial, type DialOptions } from "../../net/dial.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { parseCertificate } from "../../net/pin.ts";
import { dialCertified, dialPinned } from "../../net/tls_dial.ts";
import type { Endpoint } from "../remote/endpoint.ts";
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

/**
 * Connects, over TLS if the endpoint's scheme is `fts`.
 *
 * @throws `tls` when the server's identity is not trusted, or when plaintext is requested from a
 *   server that used TLS before; `network`, `protocol`, the signal's reason.
 */
export async function dialEndpoint(
  endpoint: Endpoint,
  options: DialOptions,
  trust: Trust = {},
): Promise<Connection> {
  const pin = trust.pin ?? endpoint.pin;
  if (endpoint.scheme === "fts") return await new SecureDial(options, { ...trust, pin }).dial();
  await refuseDowngrade(endpoint, trust.knownHosts, pin);
  return await dial(options);
}

/** Refuses plaintext for a host that used TLS; on this machine each port counts as a host. */
async function refuseDowngrade(
  { hostname, port, scheme }: Endpoint,
  knownHosts: KnownHosts | undefined,
  pin: string | undefined,
): Promise<void> {
  const host = hostname.toLowerCase();
  const address = formatAddress(host, port);
  if (pin !== undefined) throw new FtError("tls", `a pin needs fts://, not ${scheme}://`);
  if (knownHosts === undefined) return;
  const anyPort = scheme === "ft" && !isLoopbackHost(host);
  const known = await knownHosts.find(address) !== undefined ||
    (anyPort && await knownHosts.hasHost(host.includes(":") ? `[${host}]` : host));
  if (!known) return;
  throw new FtError(
    "tls",
    `${host} used TLS before, so plaintext is refused (if this change is expected, remove its ` +
      `line from ${knownHosts.path})`,
    { name: host },
  );
}

/** One method for each kind of knowledge about the server. */
class SecureDial {
  readonly #options: DialOptions;
  readonly #trust: Trust;
  readonly #address: string;

  constructor(options: DialOptions, trust: Trust) {
    this.#options = options;
    this.#trust = trust;
    this.#address = formatAddress(options.hostname.toLowerCase(), options.port);
  }

  async dial(): Promise<Connection> {
    const { pin, authorities, knownHosts } = this.#trust;
    const known = await knownHosts?.find(this.#address);
    if (pin !== undefined) {
      if (known?.kind === "pinned" && known.pin === pin) return await this.#again(known);
      return await this.#pinned(pin, known !== undefined);
    }
    if (authorities !== undefined || known?.kind === "certified") return await this.#certified();
    if (known !== undefined) return await this.#again(known);
    return await this.#first();
  }

  /** The user gave the pin. */
  async #pinned(pin: string, isKnown: boolean): Promise<Connection> {
    const shown = await this.#probe();
    if (shown.pin !== pin) {
      throw new FtError("tls", `${this.#address} is not the pinned server: it shows ${shown.pin}`);
    }
    if (!shown.containsPin) throw this.#unpinnable();
    const connection = await dialPinned(this.#options, shown.pem);
    if (!isKnown) await this.#remember({ pin, certificate: shown.pem });
    return connection;
  }

  /** The server has shown this certificate before. */
  async #again(known: { pin: string; certificate: string }): Promise<Connection> {
    if (!holdsKey(known.certificate, known.pin)) throw this.#invalidLine();
    try {
      return await dialPinned(this.#options, known.certificate);
    } catch (error) {
      if (!hasCode(error, "tls")) throw error;
      throw this.#changed(known.pin, (await this.#probe()).pin, error);
    }
  }

  /** Trust on first use: the certificate is accepted once, and its key must be proven. */
  async #first(): Promise<Connection> {
    if (this.#trust.knownHosts === undefined) return await this.#certified();
    const shown = await this.#probe();
    if (!shown.containsPin) return await this.#certified();
    const connection = await dialPinned(this.#options, shown.pem);
    await this.#remember({ pin: shown.pin, certificate: shown.pem });
    this.#trust.onFirstUse?.(this.#address, shown.pin);
    return connection;
  }

  /** An authority must have certified the server's name. */
  async #certified(): Promise<Connection> {
    const { authorities, knownHosts } = this.#trust;
    const connection = await dialCertified(this.#options, authorities ? [authorities] : []);
    if (await knownHosts?.find(this.#address) === undefined) {
      await knownHosts?.remember(this.#address, { kind: "certified" });
    }
    return connection;
  }

  async #probe() {
    // Most connections need no probe, and `node:tls` takes time to load.
    const { probeCertificate } = await import("../../net/tls_probe.ts");
    return await probeCertificate(this.#options);
  }

  async #remember(facts: { pin: string; certificate: string }): Promise<void> {
    await this.#trust.knownHosts?.remember(this.#address, { kind: "pinned", ...facts });
  }

  #unpinnable(): FtError {
    return new FtError(
      "tls",
      `the certificate of ${this.#address} cannot be pinned, as it does not carry its own ` +
        "fingerprint as a name: trust its authority with --ca instead",
    );
  }

  #changed(was: string, is: string, cause: unknown): FtError {
    const now = is === was ? "but it does not prove that it holds this key" : `it shows ${is}`;
    return new FtError(
      "tls",
      `the identity of ${this.#address} has CHANGED: the connection may be intercepted. ` +
        `Known is ${was}, ${now}. If this change is expected, remove its line from ` +
        this.#trust.knownHosts?.path,
      { cause, name: this.#address },
    );
  }

  #invalidLine(): FtError {
    const path = this.#trust.knownHosts?.path;
    const message = `the line of ${this.#address} in ${path} is invalid: remove or restore it`;
    return new FtError("tls", message, { name: this.#address });
  }
}

/** Whether a certificate can be read and holds the key of this pin. */
function holdsKey(certificate: string, pin: string): boolean {
  try {
    return parseCertificate(certificate).pin === pin;
  } catch {
    return false;
  }
}
