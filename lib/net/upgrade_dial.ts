/**
 * Dialling a server that greets in plaintext and says whether TLS follows, as NATS does.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_GREETING_BYTES } from "../base/limits.ts";
import { anySignal, raceSignal } from "../base/signals.ts";
import { formatAddress } from "./address.ts";
import type { Connection } from "./connection.ts";
import { type DialOptions, dialSocket, startDialDeadline } from "./dial.ts";
import { fromConn } from "./from_conn.ts";
import { startTls, type TlsTrust } from "./tls_dial.ts";

/** Where and how to dial such a server. */
export interface UpgradeOptions extends DialOptions {
  /** The certificates that are trusted. */
  readonly trust: TlsTrust;
  /** Decides by the greeting, a line without its end. @throws To give up the connection. */
  wantsTls(greeting: string): boolean;
}

/** A connection, and what its server has said before. */
export interface Upgraded {
  readonly connection: Connection;
  /** The greeting with its end, and what came after it in plaintext. */
  readonly greeting: Uint8Array<ArrayBuffer>;
}

/**
 * Connects, reads the greeting, and starts TLS if it is wanted. The options' timeout is that of each
 * of these steps.
 *
 * @throws As `dialCertified`; `protocol` for a greeting without an end, or with more after it than a
 *   server that waits for TLS would send.
 */
export async function dialUpgraded(options: UpgradeOptions): Promise<Upgraded> {
  const where = formatAddress(options.hostname, options.port);
  const conn = await dialSocket(options);
  let owned = true;
  try {
    const { line, bytes } = await readGreeting(conn, where, options);
    if (!options.wantsTls(line)) {
      owned = false;
      return { connection: fromConn(conn, where), greeting: bytes };
    }
    // Anyone who can add to the plaintext could pass it off as a part of what is encrypted.
    if (bytes.length > line.length + 2) {
      throw new FtError("protocol", `${where} sent more than its greeting before TLS`);
    }
    owned = false;
    return { connection: await startTls(conn, options, options.trust), greeting: bytes };
  } finally {
    if (owned) conn.close();
  }
}

async function readGreeting(
  conn: Deno.TcpConn,
  where: string,
  { timeoutMs, signal }: DialOptions,
): Promise<{ line: string; bytes: Uint8Array<ArrayBuffer> }> {
  using deadline = startDialDeadline(timeoutMs, `no greeting from ${where}`);
  const ended = anySignal(signal, deadline.signal);
  const buffer = new Uint8Array(MAX_GREETING_BYTES);
  for (let length = 0; length < buffer.length;) {
    const count = await raceSignal(conn.read(buffer.subarray(length)), ended);
    if (count === null) throw new FtError("network", `${where} closed the connection at once`);
    length += count;
    const bytes = buffer.slice(0, length);
    const text = new TextDecoder().decode(bytes);
    const end = text.indexOf("\r\n");
    if (end !== -1) return { line: text.slice(0, end), bytes };
  }
  throw new FtError("protocol", `${where} sent a greeting without an end`);
}
