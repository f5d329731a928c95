/**
 * The phases of a conversation that can be told on the wire of one who listens.
 *
 * @module
 */

import { findFrame, HEADER_BYTES } from "../frames.ts";
import type { Place } from "../wire.ts";

/** A phase. */
export interface ChatPhase {
  readonly name: string;
  /** Whether the listener has its seat by then. */
  readonly seated: boolean;
  /** Whether there is such a phase in the older dialects too. */
  readonly legacy: boolean;
  /** @param text What is said when it is due. */
  place(text: string): Place;
}

const utf8 = new TextEncoder();

/** Where a text begins to pass, and further by so many bytes. */
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

/** In the middle of a text that passes. */
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
    // All that passes in one piece belongs to one message.
    place: (text) => {
      const { find } = textAt(text, 0);
      return { way: "down", find: (piece, at) => find(piece, at) === null ? null : at };
    },
  },
  { ...{ name: "in-message", seated: true, legacy: true }, place: inText },
];
