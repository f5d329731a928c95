/**
 * Limits the number of connections, in total and from one host.
 *
 * @module
 */

import { parseAddress } from "../net/address.ts";
import { FtError } from "../base/errors.ts";

/** The limits of {@linkcode Admission}. */
export interface AdmissionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerHost: number;
}

/**
 * The host that limits apply to: the IPv4 address of an IPv4-mapped IPv6 address, and the /64 of
 * any other IPv6 address, as one customer usually has a whole /64.
 *
 * @param remote An address such as `127.0.0.1:40512` or `[2001:db8::1]:40512`.
 *
 * @example
 * ```ts
 * import { hostOf } from "./admission.ts";
 *
 * if (hostOf("[::ffff:10.0.0.1]:5") !== "10.0.0.1") throw new Error();
 * ```
 */
export function hostOf(remote: string): string {
  const address = addressOf(remote);
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const inHex = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(address);
  if (inHex !== null) return dotted(parseInt(inHex[1]!, 16), parseInt(inHex[2]!, 16));
  return `${first64Bits(address.replace(/%.*$/, ""))}::/64`;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The address in `127.0.0.1:40512` or `[2001:db8::1]:40512`. */
export function addressOf(remote: string): string {
  return parseAddress(remote)?.hostname ?? remote;
}

function first64Bits(address: string): string {
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(Math.max(zeros, 0)).fill("0"), ...back];
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":");
}

/** An admitted connection. Disposing it ends its count. */
export interface Admitted extends Disposable {
  /** Whether another connection from its host would be admitted now. */
  readonly hasRoomForAnother: boolean;
  /** Counts it no longer for its host: it belongs to a client that is counted already. */
  leaveHost(): void;
}

/** Counts connections. */
export class Admission {
  #limits: AdmissionLimits;
  readonly #byHost = new Map<string, number>();
  #all = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Sets other limits; admitted connections stay. */
  setLimits(limits: AdmissionLimits): void {
    this.#limits = limits;
  }

  /** Connections that are admitted now. */
  get count(): number {
    return this.#all;
  }

  /**
   * Admits a connection until the result is disposed.
   *
   * @throws `limit` (retryable) if there are too many.
   */
  admit(remote: string): Admitted {
    const host = hostOf(remote);
    const fromHost = this.#byHost.get(host) ?? 0;
    if (this.#all >= this.#limits.maxConnections) {
      throw new FtError("limit", "too many connections", { retryable: true });
    }
    if (fromHost >= this.#limits.maxConnectionsPerHost) {
      throw new FtError("limit", `too many connections from ${host}`, { retryable: true });
    }
    this.#all++;
    this.#byHost.set(host, fromHost + 1);
    return this.#admitted(host);
  }

  #admitted(host: string): Admitted {
    const hasRoom = () =>
      this.#all < this.#limits.maxConnections &&
      (this.#byHost.get(host) ?? 0) < this.#limits.maxConnectionsPerHost;
    let counted = true;
    const leaveHost = () => {
      if (counted) this.#leaveHost(host);
      counted = false;
    };
    return {
      get hasRoomForAnother() {
        return hasRoom();
      },
      leaveHost,
      [Symbol.dispose]: () => {
        this.#all--;
        leaveHost();
      },
    };
  }

  #leaveHost(host: string): void {
    const left = this.#byHost.get(host)! - 1;
    if (left === 0) this.#byHost.delete(host);
    else this.#byHost.set(host, left);
  }
}
