/**
 * A peer of the native protocol that sends any frames, in any order.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type FrameType, nativeCaps } from "../../lib/native/frame_types.ts";
import { encodeJson, exchangeId, uint32s } from "../../lib/native/messages.ts";
import { failureOf } from "../../lib/native/channel.ts";
import type { FtError } from "../../lib/base/errors.ts";
import { type Hello, ourHello } from "../../lib/native/schemas.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { dial } from "../../lib/net/dial.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { FrameReader } from "../../lib/wire/frame_decoder.ts";
import { inTime } from "./raw_peer.ts";

/** A frame that owns its payload. */
export interface PeerFrame {
  readonly type: string;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** A peer that need not follow the protocol. Disposing it closes its connection. */
export class NativePeer implements AsyncDisposable {
  readonly connection: Connection;
  readonly #frames: FrameReader;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#frames = new FrameReader(new ByteReader(connection.readable), nativeCaps);
  }

  /** Connects to a server at `ft://127.0.0.1:PORT`. */
  static async dial(address: string): Promise<NativePeer> {
    const port = Number(address.split(":").at(-1));
    return new NativePeer(await dial({ hostname: "127.0.0.1", port, timeoutMs: 5000 }));
  }

  /** Connects and exchanges hellos. */
  static async greet(address: string): Promise<NativePeer> {
    const peer = await NativePeer.dial(address);
    await peer.hello();
    assertEquals((await peer.read())?.type, "HELO");
    return peer;
  }

  /** Sends a hello with changed fields; without changes it is that of an older client. */
  hello(changes: Partial<Hello> = {}): Promise<void> {
    const features = ["zstd", "pack", "names"];
    return this.send("HELO", encodeJson({ ...ourHello("raw/1"), features, ...changes }));
  }

  /** Sends a frame of any type. */
  send(type: string, ...parts: Uint8Array[]): Promise<void> {
    return this.connection.send(encodeFrame(type, ...parts));
  }

  /** Sends a frame of an exchange. */
  sendOn(id: number, type: FrameType, ...parts: Uint8Array[]): Promise<void> {
    return this.send(type, uint32s(id), ...parts);
  }

  /** Starts a request. */
  request(id: number, request: unknown): Promise<void> {
    return this.sendOn(id, "REQU", encodeJson(request));
  }

  /**
   * The next frame; `null` when the other side has closed, however it did.
   *
   * @throws {Error} When there is none in time.
   */
  read(): Promise<PeerFrame | null> {
    return inTime(async (signal) => {
      try {
        const frame = await this.#frames.read(signal);
        return frame && { type: frame.type, payload: frame.payload.slice() };
      } catch (error) {
        if (signal.aborted) throw error;
        return null;
      }
    });
  }

  /** Reads the next frame of these types on an exchange, and skips others. */
  async next(id: number, ...types: FrameType[]): Promise<PeerFrame> {
    for (let frame = await this.read(); frame !== null; frame = await this.read()) {
      if (types.includes(frame.type as FrameType) && exchangeId(frame.payload) === id) return frame;
    }
    throw new Error(`the connection closed before ${types} came on ${id}`);
  }

  /** Reads the error that ends an exchange; 0 is the connection. */
  async failure(id: number): Promise<FtError> {
    return failureOf((await this.next(id, "FAIL")).payload);
  }

  /** Reads until the other side closes. */
  async closed(): Promise<void> {
    while (await this.read() !== null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}
