/**
 * Connecting in TLS to a server that is who it was the last time, or who the user says it is.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import type { Connection } from "../../net/connection.ts";
import { formatAddress } from "../../net/address.ts";
import { dial, type DialOptions } from "../../net/dial.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { certificateFacts } from "../../net/pin.ts";
import { dialPinned, dialVouched } from "../../net/tls_dial.ts";
import type { Endpoint } from "../remote/endpoint.ts";
import type { KnownHosts } from "./known_hosts.ts";

/** Whom to trust. */
export interface Trust {
  /** Servers met before; without it none is trusted on first use. */
  readonly knownHosts?: KnownHosts;
  /** The key the server must hold: 64 hex digits. Nothing else counts then. */
  readonly pin?: string;
  /** Further authorities, in PEM. */
  readonly authorities?: string;
  /** Told of a server that is trusted because it was never met before. */
  onFirstUse?(address: string, pin: string): void;
}

/**
 * Connects, in TLS where the endpoint says so.
 *
 * @throws `tls` when the server is not who it should be, or plaintext is asked of one that is
 *   known by TLS; `network`, `protocol`.
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

/** A host known by TLS is never tried in plaintext; on this machine each port is its own host. */
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
    `${host} is known by TLS, so plaintext is refused (if that is right, remove its line ` +
      `from ${knownHosts.path})`,
    { name: host },
  );
}

type PinnedTrust = Omit<Trust, "pin"> & { readonly pin: string | undefined };

/** One way for each thing that can be known of a server. */
class SecureDial {
  readonly #options: DialOptions;
  readonly #trust: PinnedTrust;
  readonly #address: string;

  constructor(options: DialOptions, trust: PinnedTrust) {
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
    if (authorities !== undefined || known?.kind === "vouched") return await this.#vouched();
    if (known !== undefined) return await this.#again(known);
    return await this.#first();
  }

  /** The user named the key. */
  async #pinned(pin: string, met: boolean): Promise<Connection> {
    const shown = await this.#probe();
    if (shown.pin !== pin) {
      throw new FtError("tls", `${this.#address} is not the pinned server: it shows ${shown.pin}`);
    }
    if (!shown.namesItself) throw this.#unpinnable();
    const connection = await dialPinned(this.#options, shown.pem);
    if (!met) await this.#remember({ pin, certificate: shown.pem });
    return connection;
  }

  /** The server was met before. */
  async #again(known: { pin: string; certificate: string }): Promise<Connection> {
    // Who edits the file is trusted with the pin, not with a certificate that does not fit it.
    if (certificateFacts(known.certificate).pin !== known.pin) throw this.#changed(known.pin);
    try {
      return await dialPinned(this.#options, known.certificate);
    } catch (error) {
      if (!hasCode(error, "tls")) throw error;
      throw this.#changed(known.pin, (await this.#probe()).pin, error);
    }
  }

  /** The server was never met: what it shows is believed once, and must then be proven. */
  async #first(): Promise<Connection> {
    if (this.#trust.knownHosts === undefined) return await this.#vouched();
    const shown = await this.#probe();
    if (!shown.namesItself) return await this.#vouched();
    const connection = await dialPinned(this.#options, shown.pem);
    await this.#remember({ pin: shown.pin, certificate: shown.pem });
    this.#trust.onFirstUse?.(this.#address, shown.pin);
    return connection;
  }

  async #vouched(): Promise<Connection> {
    const { authorities, knownHosts } = this.#trust;
    const connection = await dialVouched(this.#options, authorities ? [authorities] : []);
    if (await knownHosts?.find(this.#address) === undefined) {
      await knownHosts?.remember(this.#address, { kind: "vouched" });
    }
    return connection;
  }

  async #probe() {
    // Most connections need no probe, and what it is made of takes time to load.
    const { probeCertificate } = await import("../../net/tls_probe.ts");
    return await probeCertificate(this.#options);
  }

  async #remember(facts: { pin: string; certificate: string }): Promise<void> {
    await this.#trust.knownHosts?.remember(this.#address, { kind: "pinned", ...facts });
  }

  #unpinnable(): FtError {
    return new FtError(
      "tls",
      `${this.#address} shows a certificate that cannot be pinned (it does not carry its own ` +
        "fingerprint as a name): trust its authority with --ca instead",
    );
  }

  #changed(was: string, is?: string, cause?: unknown): FtError {
    const now = is === undefined || is === was ? "" : ` it shows ${is}.`;
    return new FtError(
      "tls",
      `the identity of ${this.#address} has CHANGED: someone may be in between. Known is ${was},` +
        `${now || " and it does not prove that it holds this key."} If that is right, remove ` +
        `its line from ${this.#trust.knownHosts?.path}`,
      { cause, name: this.#address },
    );
  }
}
