/**
 * Connecting over TLS to a server whose identity is checked: against a pin, an authority, or what
 * it showed at the first connection.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import type { Connection } from "../../net/connection.ts";
import { canonicalHost, formatAddress, isLinkLocal } from "../../net/address.ts";
import { dial, type DialOptions } from "../../net/dial.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { parseCertificate } from "../../net/pin.ts";
import { dialCertified, dialPinned } from "../../net/tls_dial.ts";
import type { Endpoint, Scheme } from "../remote/endpoint.ts";
import { forgetCommand, type KnownHost, type KnownHosts } from "./known_hosts.ts";
import type { Trust } from "./trust.ts";

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
  if (pin !== undefined) throw pinNeedsTls(endpoint.scheme);
  const refuse = (hostname: string) => refuseDowngrade({ ...endpoint, hostname }, trust.knownHosts);
  await refuse(canonicalHost(endpoint.hostname));
  return await dial({ ...options, onReached: refuse });
}

/** The error for a pin that no certificate can be compared with. */
export function pinNeedsTls(scheme: Scheme): FtError {
  return new FtError("tls", `a pin needs fts://, not ${scheme}://`);
}

/** Refuses plaintext for a host that used TLS; on this machine each port counts as a host. */
async function refuseDowngrade(
  { hostname: host, port, scheme }: Endpoint,
  knownHosts: KnownHosts | undefined,
): Promise<void> {
  if (knownHosts === undefined) return;
  const anyPort = scheme === "ft" && !isLoopbackHost(host);
  const address = formatAddress(host, port);
  const known = await knownHosts.find(address) !== undefined ||
    (anyPort && await knownHosts.hasHost(host));
  if (!known) return;
  throw new FtError(
    "tls",
    `${host} used TLS before, so plaintext is refused (if this change is expected: ` +
      `${forgetCommand(anyPort ? address.replace(/:\d+$/, "") : address)})`,
    { name: host },
  );
}

/** One method for each kind of knowledge about the server. */
class SecureDial {
  readonly #options: DialOptions;
  readonly #trust: Trust;
  /** The host that was dialled, and the address that it led to. */
  readonly #address: string;
  #reached: string | undefined;

  constructor(options: DialOptions, trust: Trust) {
    this.#trust = trust;
    this.#address = formatAddress(canonicalHost(options.hostname), options.port);
    this.#options = { ...options, onReached: (hostname) => this.#note(hostname) };
  }

  // deno-lint-ignore require-await
  async #note(hostname: string): Promise<void> {
    const { port } = this.#options;
    this.#reached = isLinkLocal(hostname) ? undefined : formatAddress(hostname, port);
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
    if (!isKnown) await this.#remember({ kind: "pinned", pin, certificate: shown.pem });
    return connection;
  }

  /** The server has shown this certificate before. */
  async #again(known: KnownHost & { kind: "pinned" }): Promise<Connection> {
    if (!holdsKey(known.certificate, known.pin)) throw this.#invalidLine();
    try {
      const connection = await dialPinned(this.#options, known.certificate);
      // Its address may be new. If another server had it, that one stays known there. Best effort:
      // the server itself is known.
      await this.#remember(known).catch(() => {});
      return connection;
    } catch (error) {
      if (!hasCode(error, "tls")) throw error;
      throw this.#changed(this.#address, known, (await this.#probe()).pin, error);
    }
  }

  /**
   * Trust on first use: the certificate is accepted once, and its key must be proven. A server that
   * is known under its address is not new under another name.
   */
  async #first(): Promise<Connection> {
    if (this.#trust.knownHosts === undefined) {
      return await this.#certified().catch((error) => {
        throw hasCode(error, "tls") ? this.#unmemorable(error) : error;
      });
    }
    const shown = await this.#probe();
    if (!shown.containsPin) return await this.#certified();
    const { pin, pem: certificate } = shown;
    let isMet = false;
    const onReached = async (hostname: string) => {
      await this.#note(hostname);
      isMet = await this.#isMet(pin);
    };
    const connection = await dialPinned({ ...this.#options, onReached }, certificate);
    await this.#remember({ kind: "pinned", pin, certificate });
    if (!isMet) this.#trust.onFirstUse?.(this.#address, pin);
    return connection;
  }

  /** Whether the address that was reached is that of this server. @throws `tls` if of another. */
  async #isMet(pin: string): Promise<boolean> {
    const known = this.#reached && await this.#trust.knownHosts?.find(this.#reached);
    if (!known) return false;
    if (known.kind === "pinned" && known.pin === pin) return true;
    throw this.#changed(this.#reached!, known, pin);
  }

  /** An authority must have certified the server's name. */
  async #certified(): Promise<Connection> {
    const { authorities } = this.#trust;
    const connection = await dialCertified(this.#options, authorities ? [authorities] : []);
    await this.#remember({ kind: "certified" });
    return connection;
  }

  async #probe() {
    // Most connections need no probe, and `node:tls` takes time to load.
    const { probeCertificate } = await import("../../net/tls_probe.ts");
    return await probeCertificate(this.#options);
  }

  /** Remembers the server under what was dialled and under its address, as far as these are new. */
  async #remember(host: KnownHost): Promise<void> {
    const addresses = [this.#address, this.#reached ?? this.#address];
    await this.#trust.knownHosts?.extend(addresses, host);
  }

  #unmemorable(cause: unknown): FtError {
    const message = `Cannot trust ${this.#address}: it is new, and there is no file of known ` +
      "servers to remember it in (set HOME or XDG_STATE_HOME, or give its fingerprint with --pin)";
    return new FtError("tls", message, { cause, name: this.#address });
  }

  #unpinnable(): FtError {
    return new FtError(
      "tls",
      `the certificate of ${this.#address} cannot be pinned, as it does not carry its own ` +
        "fingerprint as a name: trust its authority with --ca instead",
    );
  }

  #changed(address: string, known: KnownHost, is: string, cause?: unknown): FtError {
    const was = known.kind === "pinned" ? known.pin : "a certificate of an authority";
    const now = is === was ? "but it does not prove that it holds this key" : `it shows ${is}`;
    return new FtError(
      "tls",
      `the identity of ${address} has CHANGED: the connection may be intercepted. ` +
        `Known is ${was}, ${now}. If this change is expected, drop the identity ` +
        `from ${this.#trust.knownHosts?.path}: ${forgetCommand(address)}`,
      { cause, name: address },
    );
  }

  #invalidLine(): FtError {
    const path = this.#trust.knownHosts?.path;
    const message = `the line for ${this.#address} in ${path} is invalid: restore it, or drop it ` +
      `with ${forgetCommand(this.#address)}`;
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
