/**
 * Everything that the page shows, and how it changes.
 *
 * @module
 */

import type { Session } from "./api.ts";
import { type Entry, filtered, ordered } from "./entry.ts";
import { folderUrl, type Order, type Place } from "./place.ts";
import { EMPTY, kept, type Selection } from "./selection.ts";

/** A question or form over the page. */
export type Dialog =
  | { readonly kind: "login" | "folder" | "keys" }
  | { readonly kind: "rename" | "share" | "versions"; readonly entry: Entry }
  | { readonly kind: "remove"; readonly entries: readonly Entry[] };

/** Something that was done here, and can be undone. */
export interface Undoable {
  /** Whether there is something left to restore. */
  readonly canUndo: boolean;
  /** The number of entries. */
  readonly count: number;
  /** Restores them. @throws {ApiError} The first failure, which ends this. */
  undo(): Promise<void>;
}

/** Entries on their way to another folder. */
export interface Moving {
  readonly from: Place;
  readonly entries: readonly Entry[];
}

/** The state of the page. */
export interface State {
  readonly place: Place;
  /** All entries of the folder, in no order. @default they are being loaded */
  readonly entries?: readonly Entry[] | undefined;
  /** Why there are none. */
  readonly error?: unknown;
  readonly session?: Session | undefined;
  readonly filter: string;
  readonly selection: Selection;
  /** Names that others have just changed. */
  readonly marked: ReadonlySet<string>;
  readonly dialog?: Dialog | undefined;
  readonly moving?: Moving | undefined;
  /** The last thing that happened, for people. */
  readonly notice: string;
  /** The last thing that was done here, if it can be undone. */
  readonly undo?: Undoable | undefined;
}

/** A change of the state. */
export type Change =
  | { readonly do: "go"; readonly place: Place }
  | { readonly do: "loaded"; readonly entries: readonly Entry[] }
  | { readonly do: "failed"; readonly error: unknown }
  | { readonly do: "session"; readonly session: Session }
  | { readonly do: "filter"; readonly filter: string }
  | { readonly do: "order"; readonly order: Order }
  | { readonly do: "select"; readonly selection: Selection }
  | { readonly do: "mark"; readonly marked: ReadonlySet<string> }
  | { readonly do: "ask"; readonly dialog: Dialog | undefined }
  | { readonly do: "move"; readonly moving: Moving | undefined }
  | { readonly do: "undo"; readonly undo: Undoable | undefined }
  | { readonly do: "say"; readonly notice: string };

/** The state before anything is loaded. */
export function stateAt(place: Place): State {
  return { place, filter: "", selection: EMPTY, marked: new Set(), notice: "" };
}

/** Applies a change. */
export function changed(state: State, change: Change): State {
  switch (change.do) {
    case "go":
      return gone(state, change.place);
    case "loaded": {
      const { entries } = change;
      const names = entries.map(({ name }) => name);
      const order = visibleEntries(state).map(({ name }) => name);
      const selection = kept(state.selection, names, order);
      return { ...state, entries, error: undefined, selection };
    }
    case "failed":
      return { ...state, entries: undefined, error: change.error };
    case "session":
      return { ...state, session: change.session };
    case "filter":
      return { ...state, filter: change.filter };
    case "order":
      return { ...state, place: { ...state.place, ...change.order } };
    case "select":
      return { ...state, selection: change.selection };
    case "mark":
      return { ...state, marked: change.marked };
    case "ask":
      return { ...state, dialog: change.dialog };
    case "move":
      return { ...state, moving: change.moving, selection: EMPTY };
    case "undo":
      return { ...state, undo: change.undo };
    case "say":
      return { ...state, notice: change.notice };
  }
}

/** Another folder is loaded again; another order of the same one is not. */
function gone(state: State, place: Place): State {
  if (folderUrl(place) === folderUrl(state.place)) return { ...state, place };
  const { session, moving } = state;
  return { ...stateAt(place), session, moving };
}

/** The entries in their order, without those that the filter leaves out. */
export function visibleEntries({ entries = [], filter, place }: State): readonly Entry[] {
  return ordered(filtered(entries, filter), place);
}

/** The entries that a command applies to: those selected, else the one that the keyboard is at. */
export function chosenEntries({ entries = [], selection }: State): readonly Entry[] {
  const { names, cursor } = selection;
  if (names.size > 0) return entries.filter(({ name }) => names.has(name));
  return entries.filter(({ name }) => name === cursor);
}
