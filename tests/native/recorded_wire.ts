/**
 * A channel for exchanges that only records the sent frames.
 *
 * @module
 */

import type { ExchangeEnd, ExchangeWire, OutgoingFrame } from "../../lib/native/exchange.ts";
import { Exchange } from "../../lib/native/exchange.ts";
import { Line } from "../../lib/native/line.ts";
import type { FrameType } from "../../lib/native/frame_types.ts";
import { joined } from "../../testing/bytes.ts";

/** A sent frame with its parts joined. */
export interface SentFrame {
  readonly type: FrameType;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Records frames. */
export class RecordedWire implements ExchangeWire {
  readonly sent: SentFrame[] = [];
  readonly ended: number[] = [];
  readonly line: Line = new Line();
  /** Bytes counted as buffered. */
  buffered = 0;

  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    this.sent.push({ type, payload: joined(...parts) });
    return Promise.resolve();
  }

  async sendFrames(frames: readonly OutgoingFrame[]): Promise<void> {
    for (const frame of frames) await this.sendFrame(...frame);
  }

  closed(id: number, _how: ExchangeEnd): void {
    this.ended.push(id);
  }

  addBuffered(bytes: number): void {
    this.buffered += bytes;
  }

  removeBuffered(bytes: number): void {
    this.buffered -= bytes;
  }

  /** The types of the sent frames, in order. */
  get types(): FrameType[] {
    return this.sent.map(({ type }) => type);
  }

  /** Passes every sent frame to another exchange. */
  replay(into: Exchange): void {
    for (const { type, payload } of this.sent) into.receive(type, payload);
  }
}

/** Creates an exchange on a recorded wire. */
export function recordedExchange(id = 7): { exchange: Exchange; wire: RecordedWire } {
  const wire = new RecordedWire();
  return { exchange: new Exchange(wire, id), wire };
}
