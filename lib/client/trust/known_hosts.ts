/**
 * The servers that this user has connected to over TLS, with the proof of identity of each: a text
 * file with lines for the name and for the address of each server.
 *
 * @module
 */

import { writeAtomically } from "../../base/atomic_write.ts";
import { asFtError } from "../../base/os_errors.ts";
import { MAX_KNOWN_LINES } from "../../base/limits.ts";
import { canonicalHost } from "../../net/address.ts";

/** A server with an earlier connection. */
export type KnownHost =
  /** It proved that it holds this key; `certificate` is in PEM. */
  | { readonly kind: "pinned"; readonly pin: string; readonly certificate: string }
  /** An authority certified it. */
  | { readonly kind: "certified" };

/** One line of the file. */
export interface KnownLine {
  /** `HOST:PORT` as it was remembered. */
  readonly address: string;
  /** The proof of its identity. */
  readonly known: KnownHost;
}

const HEAD =
  "# Servers that ftclient has met over TLS. To trust one again on first use: ftclient " +
  "forget HOST\n";

/**
 * Reads and extends the file. A line is `HOST:PORT PIN CERTIFICATE` (in base64), or
 * `HOST:PORT authority`; the last line of a host counts, other lines are skipped. Hosts are compared
 * by their meaning: all spellings of an address are one, and so are `localhost`, `127.0.0.1` and
 * `::1`.
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
    return parseLines(await this.#text()).get(keyOf(address));
  }

  /** Whether any port of this host is known. @throws An error of reading the file. */
  async hasHost(hostname: string): Promise<boolean> {
    const key = hostKey(hostname);
    return parseLines(await this.#text()).keys()
      .some((address) => address.replace(/:\d+$/, "") === key);
  }

  /** Returns the addresses under which a key is known. @throws An error of reading the file. */
  async addressesOf(pin: string): Promise<readonly string[]> {
    const all = parseLines(await this.#text());
    return [...all].filter(([, known]) => known.kind === "pinned" && known.pin === pin)
      .map(([address]) => address);
  }

  /**
   * Drops a server: the lines of a host, and those of its key under other names and addresses. A
   * server that another client meets at this moment may be dropped with it.
   *
   * @param hostname In any spelling.
   * @param port Drops only the server at this port. @default all ports of the host
   * @returns The dropped lines.
   * @throws An error of reading or writing the file.
   */
  async forget(hostname: string, port?: number): Promise<KnownLine[]> {
    const text = await this.#text();
    const host = hostKey(hostname);
    const isMeant = (key: string) =>
      port === undefined ? key.replace(/:\d+$/, "") === host : key === `${host}:${port}`;
    const pins = new Set<string>();
    for (const [key, known] of parseLines(text)) {
      if (known.kind === "pinned" && isMeant(key)) pins.add(known.pin);
    }
    const dropped: KnownLine[] = [];
    const kept = text.split("\n").filter((line) => {
      const entry = parseLine(line);
      if (entry === undefined) return true;
      const { address, known } = entry;
      const hasPin = known.kind === "pinned" && pins.has(known.pin);
      if (!hasPin && !isMeant(keyOf(address))) return true;
      dropped.push(entry);
      return false;
    });
    if (dropped.length > 0) this.#replace(kept.join("\n"));
    return dropped;
  }

  /** Remembers a server; this overrides its earlier lines. @throws An error of writing the file. */
  async remember(address: string, host: KnownHost): Promise<void> {
    await this.#append(lineOf(address, host));
  }

  /**
   * Remembers a server under those of these addresses that are not known; the others stay as they
   * are. A server with {@linkcode MAX_KNOWN_LINES} lines gets no more.
   *
   * @throws An error of reading or writing the file.
   */
  async extend(addresses: readonly string[], host: KnownHost): Promise<void> {
    const text = await this.#text();
    const known = parseLines(text);
    const fresh = new Map(addresses.map((address) => [keyOf(address), address]));
    for (const key of fresh.keys()) if (known.has(key)) fresh.delete(key);
    if (fresh.size === 0) return;
    if (host.kind === "pinned" && text.split(host.pin).length > MAX_KNOWN_LINES) return;
    await this.#append([...fresh.values()].map((address) => lineOf(address, host)).join(""));
  }

  async #append(lines: string): Promise<void> {
    try {
      await Deno.mkdir(this.path.replace(/[^/\\]*$/, "") || ".", { recursive: true, mode: 0o700 });
      // Appended in one write, because rewriting the file could lose a line of another client.
      const text = await this.#text();
      const head = text === "" ? HEAD : text.endsWith("\n") ? "" : "\n";
      await Deno.writeTextFile(this.path, head + lines, { append: true, mode: 0o600 });
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.path}`, this.path);
    }
  }

  #replace(text: string): void {
    try {
      writeAtomically(this.path, text, { replace: true, mode: 0o600 });
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
    const entry = parseLine(line);
    if (entry !== undefined) known.set(keyOf(entry.address), entry.known);
  }
  return known;
}

function parseLine(line: string): KnownLine | undefined {
  const [address, pin, certificate] = line.trim().split(/\s+/);
  if (!address || address.startsWith("#")) return undefined;
  if (pin === "authority") return { address, known: { kind: "certified" } };
  if (pin === undefined || certificate === undefined) return undefined;
  return { address, known: { kind: "pinned", pin, certificate: asPem(certificate) } };
}

/**
 * The command that drops a known server, to be typed by a user.
 *
 * @param address `HOST` or `HOST:PORT`. The brackets of an IPv6 address are quoted for the shell.
 */
export function forgetCommand(address: string): string {
  return `ftclient forget ${address.startsWith("[") ? `'${address}'` : address}`;
}

/** The key of `HOST:PORT`: the same for all spellings of a host. */
function keyOf(address: string): string {
  const [, host = address, port = ""] = /^(.*)(:\d+)$/.exec(address) ?? [];
  return hostKey(host) + port;
}

/** A host with or without brackets. The names of this machine lead to the same servers. */
function hostKey(hostname: string): string {
  const host = canonicalHost(hostname.replace(/^\[|\]$/g, ""));
  return host === "127.0.0.1" || host === "::1" ? "localhost" : host;
}

function lineOf(address: string, host: KnownHost): string {
  return host.kind === "certified"
    ? `${address} authority\n`
    : `${address} ${host.pin} ${asBase64(host.certificate)}\n`;
}

function asBase64(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, "");
}

function asPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
