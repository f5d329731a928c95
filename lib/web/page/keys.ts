/**
 * Commands of the keyboard.
 *
 * @module
 */

/** A command that a key gives. */
export type KeyCommand =
  | "down"
  | "up"
  | "first"
  | "last"
  | "extend down"
  | "extend up"
  | "toggle"
  | "all"
  | "parent"
  | "filter"
  | "rename"
  | "remove"
  | "folder"
  | "download"
  | "upload"
  | "clear"
  | "chat"
  | "undo"
  | "versions"
  | "keys";

/** The part of a keyboard event that matters. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const PLAIN: Readonly<Record<string, KeyCommand>> = {
  ArrowDown: "down",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  " ": "toggle",
  Backspace: "parent",
  "/": "filter",
  F2: "rename",
  Delete: "remove",
  n: "folder",
  d: "download",
  u: "upload",
  c: "chat",
  v: "versions",
  Escape: "clear",
  "?": "keys",
};
const HELD: Readonly<Record<string, KeyCommand>> = { a: "all", z: "undo" };
const SHIFTED: Readonly<Record<string, KeyCommand>> = {
  ArrowDown: "extend down",
  ArrowUp: "extend up",
  "?": "keys",
  "/": "filter",
};

/**
 * Returns the command of a key.
 */
export function commandOf(key: Key): KeyCommand | undefined {
  if (key.altKey) return key.key === "ArrowUp" ? "parent" : undefined;
  if (key.ctrlKey || key.metaKey) {
    return Object.hasOwn(HELD, key.key) ? HELD[key.key] : undefined;
  }
  const commands = key.shiftKey ? SHIFTED : PLAIN;
  return Object.hasOwn(commands, key.key) ? commands[key.key] : undefined;
}
