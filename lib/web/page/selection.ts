/**
 * The entries that are selected, and the one that the keyboard is at.
 *
 * @module
 */

/** A selection, by names. */
export interface Selection {
  readonly names: ReadonlySet<string>;
  /** The entry that the keyboard is at. @default the first one */
  readonly cursor?: string | undefined;
  /** The entry at which a range begins. @default the cursor */
  readonly anchor?: string | undefined;
}

/** Nothing is selected. */
export const EMPTY: Selection = { names: new Set() };

/** Selects one entry more or less; ranges begin at it. */
export function toggled(selection: Selection, name: string): Selection {
  const names = new Set(selection.names);
  if (!names.delete(name)) names.add(name);
  return { names, cursor: name, anchor: name };
}

/** Selects the entries from the anchor to a name, besides those that are selected. */
export function extended(
  selection: Selection,
  order: readonly string[],
  name: string,
): Selection {
  const anchor = selection.anchor ?? selection.cursor ?? name;
  const [from, to] = [order.indexOf(anchor), order.indexOf(name)].sort((a, b) => a - b);
  const range = order.slice(Math.max(0, from!), to! + 1);
  return { names: new Set([...selection.names, ...range]), cursor: name, anchor };
}

/** Selects all entries; if all of them are, none. */
export function allToggled(selection: Selection, order: readonly string[]): Selection {
  const all = order.every((name) => selection.names.has(name));
  return { ...selection, names: new Set(all ? [] : order) };
}

/** Selects nothing; the cursor stays. */
export function cleared(selection: Selection): Selection {
  return { ...selection, names: EMPTY.names };
}

/** Moves the cursor by a number of entries. */
export function moved(selection: Selection, order: readonly string[], by: number): Selection {
  const at = selection.cursor === undefined ? -1 : order.indexOf(selection.cursor);
  return movedTo(selection, order, at === -1 ? (by < 0 ? Infinity : 0) : at + by);
}

/** Moves the cursor to an entry by its number, or to the nearest that there is. */
export function movedTo(selection: Selection, order: readonly string[], index: number): Selection {
  const cursor = order[Math.min(order.length - 1, Math.max(0, index))];
  return { ...selection, cursor, anchor: cursor };
}

/**
 * Removes names that are no longer there. If the keyboard was at one of them, it is at the next one.
 *
 * @param before The names in the order in which they were shown. @default the cursor is lost
 */
export function kept(
  selection: Selection,
  names: readonly string[],
  before: readonly string[] = [],
): Selection {
  const there = new Set(names);
  const has = (name: string | undefined) => name !== undefined && there.has(name);
  const at = before.indexOf(selection.cursor ?? "");
  const near = () => before.slice(at).find(has) ?? before.slice(0, at).findLast(has);
  return {
    names: new Set([...selection.names].filter(has)),
    cursor: has(selection.cursor) ? selection.cursor : at === -1 ? undefined : near(),
    anchor: has(selection.anchor) ? selection.anchor : undefined,
  };
}
