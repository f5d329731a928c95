/**
 * The servers this user has met in TLS, and what they showed: one line each in a text file.
 *
 * @module
 */

import { writeAtomically } from "../../base/atomic_write.ts";
import { asFtError } from "../../base/os_errors.ts";

/** A server that was met before. */
export type KnownHost =
  /** It holds this key: `certificate` is in PEM. */
  | { readonly kind: "pinned"; readonly pin: string; readonly certificate: string }
  /** An authority vouched for it. */
  | { readonly kind: "vouched" };

const HEAD = "# Servers that ftclient has met in TLS. Remove a line to meet one anew.\n";

/**
 * Reads and writes the file. A line is `HOST:PORT PIN CERTIFICATE` (in base64), or
 * `HOST:PORT authority`; the last line of a host counts, others are skipped.
 */
export class KnownHosts {
  /** Where it is. */
  readonly path: string;

  /**
   * Reads nothing yet.
   *
   * @param path The file, which need not exist.
   */
  constructor(path: string) {
    this.path = path;
  }

  /** What is known of `host:port`. */
  async find(address: string): Promise<KnownHost | undefined> {
    return (await this.#read()).get(address);
  }

  /** Whether any port of this host is known. */
  async hasHost(hostname: string): Promise<boolean> {
    const addresses = [...(await this.#read()).keys()];
    return addresses.some((address) => address.replace(/:\d+$/, "") === hostname);
  }

  async #read(): Promise<Map<string, KnownHost>> {
    const known = new Map<string, KnownHost>();
    for (const line of (await this.#text()).split("\n")) {
      const [address, pin, certificate] = line.trim().split(/\s+/);
      if (!address || address.startsWith("#")) continue;
      if (pin === "authority") known.set(address, { kind: "vouched" });
      else if (pin !== undefined && certificate !== undefined) {
        known.set(address, { kind: "pinned", pin, certificate: asPem(certificate) });
      }
    }
    return known;
  }

  async #text(): Promise<string> {
    try {
      return await Deno.readTextFile(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw asFtError(error, `Cannot read ${this.path}`, this.path);
    }
  }

  /** Remembers a server; what was known of it is replaced. */
  async remember(address: string, host: KnownHost): Promise<void> {
    const line = host.kind === "vouched"
      ? `${address} authority\n`
      : `${address} ${host.pin} ${asBase64(host.certificate)}\n`;
    try {
      await Deno.mkdir(this.path.replace(/[^/\\]*$/, "") || ".", { recursive: true, mode: 0o700 });
      const known = (await this.#text()).split("\n");
      const others = known.filter((text) => text !== "" && !text.startsWith(`${address} `));
      const text = others.length === 0 ? HEAD + line : `${others.join("\n")}\n${line}`;
      writeAtomically(this.path, text, { replace: true, mode: 0o600 });
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.path}`, this.path);
    }
  }
}

function asBase64(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, "");
}

function asPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
