/**
 * An exchange's connection that only writes down what is sent.
 *
 * @module
 */

import type { ExchangeEnd, ExchangeWire } from "../../lib/native/exchange.ts";
import { Exchange } from "../../lib/native/exchange.ts";
import type { FrameType } from "../../lib/native/frame_types.ts";
import { joined } from "../../testing/bytes.ts";

/** A frame that was sent, its parts joined. */
export interface SentFrame {
  readonly type: FrameType;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Keeps frames. */
export class RecordedWire implements ExchangeWire {
  readonly sent: SentFrame[] = [];
  readonly ended: number[] = [];
  /** Bytes that are kept in memory. */
  held = 0;

  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    this.sent.push({ type, payload: joined(...parts) });
    return Promise.resolve();
  }

  closed(id: number, _how: ExchangeEnd): void {
    this.ended.push(id);
  }

  hold(bytes: number): void {
    this.held += bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }

  /** Types in the order they were sent. */
  get types(): FrameType[] {
    return this.sent.map(({ type }) => type);
  }

  /** Everything that was sent arrives at an exchange. */
  replay(into: Exchange): void {
    for (const { type, payload } of this.sent) into.receive(type, payload);
  }
}

/** An exchange on a recorded wire. */
export function recordedExchange(id = 7): { exchange: Exchange; wire: RecordedWire } {
  const wire = new RecordedWire();
  return { exchange: new Exchange(wire, id), wire };
}
