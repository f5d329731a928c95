/**
 * A peer that says exactly what a test tells it to.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { startDeadline } from "../../lib/base/signals.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";

const utf8 = new TextEncoder();

/** Milliseconds a peer waits for an answer, so that a test fails instead of hanging. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** Reads within {@linkcode ANSWER_TIMEOUT_MS}. @throws {Error} When the time is over first. */
export async function inTime<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  using deadline = startDeadline(
    ANSWER_TIMEOUT_MS,
    () => new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`),
  );
  return await read(deadline.signal);
}

/** A plain TCP connection with its reader. Disposing it closes it. */
export interface RawPeer extends Disposable {
  readonly reader: ByteReader;
  /** Sends each part in a write of its own. */
  say(...parts: (string | Uint8Array)[]): Promise<void>;
  /** Sends FIN. */
  finish(): Promise<void>;
  /** The next `n` bytes as text. */
  text(n: number): Promise<string>;
  /** The next line. */
  line(): Promise<string | null>;
  /** Everything up to the end of the stream. */
  rest(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Connects: `using peer = await rawPeer(server)`. */
export async function rawPeer(address: string | undefined): Promise<RawPeer> {
  const port = Number(address?.split(":").at(-1));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const reader = new ByteReader(streamOf(conn));
  return {
    reader,
    async say(...parts) {
      for (const part of parts) await writeAll(conn, bytesOf(part));
    },
    finish: () => conn.closeWrite(),
    text: async (n) =>
      new TextDecoder().decode(await inTime((signal) => reader.readExactly(n, signal))),
    line: () => inTime((signal) => reader.readLine(100_000, signal)),
    async rest() {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      while (true) {
        const piece = await inTime((signal) => reader.readSome(undefined, signal));
        if (piece === null) return concat(pieces);
        pieces.push(piece.slice());
      }
    },
    [Symbol.dispose]: () => conn.close(),
  };
}

/** Text as UTF-8, bytes as they are. */
export function bytesOf(part: string | Uint8Array): Uint8Array {
  return typeof part === "string" ? utf8.encode(part) : part;
}

/** A 32-bit length and the text it is of. */
export function lengthAnd(text: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(text);
  const message = new Uint8Array(4 + bytes.length);
  new DataView(message.buffer).setUint32(0, bytes.length);
  message.set(bytes, 4);
  return message;
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** The runtime's own stream closes the socket at the end of input; a peer may have more to say. */
function streamOf(conn: Deno.TcpConn): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const into = new Uint8Array(65536);
      const count = await conn.read(into);
      if (count === null) controller.close();
      else controller.enqueue(into.subarray(0, count));
    },
  });
}
