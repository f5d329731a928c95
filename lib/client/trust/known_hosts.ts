/**
 * The servers that this user has connected to over TLS, with the proof of identity of each: a text
 * file with one line per server.
 *
 * @module
 */

import { asFtError } from "../../base/os_errors.ts";

/** A server with an earlier connection. */
export type KnownHost =
  /** It proved that it holds this key; `certificate` is in PEM. */
  | { readonly kind: "pinned"; readonly pin: string; readonly certificate: string }
  /** An authority certified it. */
  | { readonly kind: "certified" };

const HEAD =
  "# Servers that ftclient has met over TLS. Remove a line to trust the server again on first use.\n";

/**
 * Reads and extends the file. A line is `HOST:PORT PIN CERTIFICATE` (in base64), or
 * `HOST:PORT authority`; the last line of a host counts, other lines are skipped.
 */
export class KnownHosts {
  /** The file's path. */
  readonly path: string;

  /**
   * The hosts in a file.
   *
   * @param path The file, which need not exist.
   */
  constructor(path: string) {
    this.path = path;
  }

  /** Returns the entry of `host:port`, if there is one. @throws An error of reading the file. */
  async find(address: string): Promise<KnownHost | undefined> {
    return parseLines(await this.#text()).get(address);
  }

  /** Whether any port of this host is known. @throws An error of reading the file. */
  async hasHost(hostname: string): Promise<boolean> {
    const addresses = [...parseLines(await this.#text()).keys()];
    return addresses.some((address) => address.replace(/:\d+$/, "") === hostname);
  }

  /** Remembers a server; this overrides its earlier lines. @throws An error of writing the file. */
  async remember(address: string, host: KnownHost): Promise<void> {
    const line = host.kind === "certified"
      ? `${address} authority\n`
      : `${address} ${host.pin} ${asBase64(host.certificate)}\n`;
    try {
      await Deno.mkdir(this.path.replace(/[^/\\]*$/, "") || ".", { recursive: true, mode: 0o700 });
      // Appended in one write, because rewriting the file could lose a line of another client.
      const text = await this.#text();
      const head = text === "" ? HEAD : text.endsWith("\n") ? "" : "\n";
      await Deno.writeTextFile(this.path, head + line, { append: true, mode: 0o600 });
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.path}`, this.path);
    }
  }

  async #text(): Promise<string> {
    try {
      return await Deno.readTextFile(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw asFtError(error, `Cannot read ${this.path}`, this.path);
    }
  }
}

function parseLines(text: string): Map<string, KnownHost> {
  const known = new Map<string, KnownHost>();
  for (const line of text.split("\n")) {
    const [address, pin, certificate] = line.trim().split(/\s+/);
    if (!address || address.startsWith("#")) continue;
    if (pin === "authority") known.set(address, { kind: "certified" });
    else if (pin !== undefined && certificate !== undefined) {
      known.set(address, { kind: "pinned", pin, certificate: asPem(certificate) });
    }
  }
  return known;
}

function asBase64(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, "");
}

function asPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
