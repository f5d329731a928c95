/**
 * A peer that sends exactly the bytes that a test gives it.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { startDeadline } from "../../lib/base/signals.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";

const utf8 = new TextEncoder();

/** Milliseconds a peer waits for an answer, so that a test fails instead of hanging. */
export const ANSWER_TIMEOUT_MS = 30_000;

/** Reads within {@linkcode ANSWER_TIMEOUT_MS}. @throws {Error} When the time is over first. */
export async function inTime<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  using deadline = startDeadline(
    ANSWER_TIMEOUT_MS,
    () => new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`),
  );
  return await read(deadline.signal);
}

/** A TCP connection with a reader. Disposing it closes the connection. */
export interface RawPeer extends Disposable {
  readonly reader: ByteReader;
  /** Sends each part in a separate write. */
  say(...parts: (string | Uint8Array)[]): Promise<void>;
  /** Sends FIN. */
  finish(): Promise<void>;
  /** Reads the next `n` bytes as text. */
  text(n: number): Promise<string>;
  /** Reads the next line; null at the end of the stream. */
  line(): Promise<string | null>;
  /** Reads to the end of the stream. */
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

/** Returns text as UTF-8, and bytes unchanged. */
export function bytesOf(part: string | Uint8Array): Uint8Array {
  return typeof part === "string" ? utf8.encode(part) : part;
}

/** Returns a text as UTF-8 with a 32-bit length in front. */
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

/** Unlike the runtime's own stream, this does not close the socket at the end of input. */
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
