/**
 * The entries of a folder, as the server lists them.
 *
 * @module
 */

import type { Order } from "./place.ts";

/** A lock that keeps other users from changing an entry. */
export interface Lock {
  readonly holder: string;
  readonly leftSeconds: number;
}

/** A file or folder. */
export interface Entry {
  readonly name: string;
  readonly type: "file" | "dir";
  readonly bytes: number;
  /** The time of its last change, in ISO 8601. */
  readonly mtime: string;
  readonly lock?: Lock;
}

const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const COMPARE: Readonly<Record<Order["sort"], (a: Entry, b: Entry) => number>> = {
  name: (a, b) => NAMES.compare(a.name, b.name),
  size: (a, b) => a.bytes - b.bytes || NAMES.compare(a.name, b.name),
  time: (a, b) => a.mtime < b.mtime ? -1 : a.mtime > b.mtime ? 1 : NAMES.compare(a.name, b.name),
};

/** Orders entries: folders come first in any order, and numbers in names count as numbers. */
export function ordered(entries: readonly Entry[], { sort, descending }: Order): Entry[] {
  const compare = COMPARE[sort];
  const sign = descending ? -1 : 1;
  return entries.toSorted((a, b) => foldersFirst(a, b) || sign * compare(a, b));
}

function foldersFirst(a: Entry, b: Entry): number {
  return Number(b.type === "dir") - Number(a.type === "dir");
}

/** Keeps the entries whose names contain each word of a filter; case and accents do not count. */
export function filtered(entries: readonly Entry[], filter: string): readonly Entry[] {
  const words = plain(filter).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return entries;
  return entries.filter(({ name }) => {
    const text = plain(name);
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Sums the sizes of entries. */
export function totalBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The holder of a lock, for people: a client without a login has a number that says nothing. */
export function holderName({ holder }: Pick<Lock, "holder">): string {
  return holder.replace(/^anonymous-[0-9a-f]+$/, "anonymous");
}
