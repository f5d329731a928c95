/**
 * The phases of a chat that are visible on the wire of a listener.
 *
 * @module
 */

import { findFrame, HEADER_BYTES } from "../frames.ts";
import type { Place } from "../wire.ts";

/** A phase. */
export interface ChatPhase {
  readonly name: string;
  /** Whether the listener has joined before. */
  readonly seated: boolean;
  /** Whether the legacy dialects have the phase, too. */
  readonly legacy: boolean;
  /** @param text The message of the phase. */
  place(text: string): Place;
}

const utf8 = new TextEncoder();

/** Finds the start of a text, and moves it by a number of bytes. */
function textAt(text: string, more: number): Place {
  const bytes = utf8.encode(text);
  const find = (piece: Uint8Array, at: number) => {
    for (let i = piece.indexOf(bytes[0]!); i !== -1; i = piece.indexOf(bytes[0]!, i + 1)) {
      if (bytes.every((byte, n) => piece[i + n] === byte)) return at + i + more;
    }
    return null;
  };
  return { way: "down", find };
}

const half = ({ length }: { readonly length: number }) => HEADER_BYTES + Math.ceil(length / 2);

/** Returns a place within a text. */
export const inText = (text: string): Place => textAt(text, 2);

/** Every phase, in order. */
export const CHAT_PHASES: readonly ChatPhase[] = [
  {
    ...{ name: "before-hello", seated: false, legacy: false },
    place: () => ({ way: "up", find: () => 0 }),
  },
  {
    ...{ name: "in-hello", seated: false, legacy: false },
    place: () => ({ way: "down", find: findFrame(half) }),
  },
  {
    ...{ name: "in-join", seated: false, legacy: false },
    place: () => ({
      way: "down",
      find: findFrame((frame) => frame.type === "RPLY" ? half(frame) : null),
    }),
  },
  {
    ...{ name: "before-message", seated: true, legacy: true },
    // All bytes of a piece belong to the same message.
    place: (text) => {
      const { find } = textAt(text, 0);
      return { way: "down", find: (piece, at) => find(piece, at) === null ? null : at };
    },
  },
  { ...{ name: "in-message", seated: true, legacy: true }, place: inText },
];
