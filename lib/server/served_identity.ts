/**
 * The identity that a server shows to its TLS clients, and its renewal.
 *
 * @module
 */

import { every } from "../base/every.ts";
import { FtError } from "../base/errors.ts";
import { CERTIFICATE_LOOK_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { identityWarnings, requireSameIdentity } from "../net/identity_checks.ts";
import type { Listener } from "../net/listener.ts";
import {
  identityPath,
  openIdentity,
  readIdentity,
  type TlsFiles,
  type TlsIdentity,
} from "../net/tls_identity.ts";

/** Where an identity comes from and where it is shown. */
export interface IdentityPlace {
  /** The state folder. */
  readonly state: string;
  /** The host names and addresses of the listeners. */
  readonly hosts: readonly string[];
  readonly log: Logger;
}

/** Opens the identity of a server; its creation is logged. @throws As {@linkcode openIdentity}. */
export async function openLoggedIdentity(
  { state, log }: Pick<IdentityPlace, "state" | "log">,
  files?: TlsFiles,
): Promise<TlsIdentity> {
  const found = await readIdentity(state, files);
  const identity = found ?? await openIdentity(state, files);
  if (found === null) log.info("identity.created", { file: identity.file, pin: identity.pin });
  return identity;
}

/** The identity of a running server. Disposing it stops the look at its dates. */
export class ServedIdentity implements Disposable {
  readonly #place: IdentityPlace;
  #identity: TlsIdentity;
  #warned: readonly string[] = [];
  readonly #timer: Disposable;

  private constructor(place: IdentityPlace, identity: TlsIdentity) {
    this.#place = place;
    this.#identity = identity;
    this.#logUse();
    this.#timer = every(CERTIFICATE_LOOK_MS, () => this.#warn());
  }

  /**
   * Opens the identity, which is created if the server has none yet.
   *
   * @throws What {@linkcode openIdentity} throws.
   */
  static async open(place: IdentityPlace, files?: TlsFiles): Promise<ServedIdentity> {
    return new ServedIdentity(place, await openLoggedIdentity(place, files));
  }

  /** The identity in use. */
  get current(): TlsIdentity {
    return this.#identity;
  }

  /** Why clients refuse the certificate, or soon will. */
  get warnings(): readonly string[] {
    return identityWarnings(this.#identity, this.#place.hosts, Date.now());
  }

  /**
   * Reads the files again, and gives a renewed certificate to the listeners.
   *
   * @returns Whether there is one.
   * @throws `tls` for invalid or missing files, and for another identity; nothing has changed then.
   */
  async renew(files: TlsFiles | undefined, listeners: readonly Listener[]): Promise<boolean> {
    const { state } = this.#place;
    const identity = await readIdentity(state, files);
    if (identity === null) throw identityMissing(identityPath(state));
    requireSameIdentity(this.#identity, identity);
    for (const listener of listeners) await listener.renew(identity);
    const renewed = identity.cert !== this.#identity.cert || identity.key !== this.#identity.key;
    this.#identity = identity;
    if (renewed) this.#logUse();
    return renewed;
  }

  #logUse(): void {
    const { file, pin, names, validToMs } = this.#identity;
    const until = new Date(validToMs).toISOString();
    this.#place.log.info("certificate.used", { file, pin, names: names.join(" "), until });
    this.#warned = [];
    this.#warn();
  }

  #warn(): void {
    const { warnings } = this;
    for (const message of warnings) {
      if (!this.#warned.includes(message)) {
        this.#place.log.warning("certificate.warning", { message });
      }
    }
    this.#warned = warnings;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}

function identityMissing(path: string): FtError {
  const message = `${path} is missing: put it back, as clients would refuse a new identity; ` +
    "only a restart of the server creates one";
  return new FtError("tls", message, { name: path });
}
