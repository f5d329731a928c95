/**
 * Rows of the database of users, tokens and rules as keys and values on the bus.
 *
 * @module
 */

import * as v from "valibot";

/** A row: its columns by name. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A table that the servers of a cluster share. */
export interface SharedTable {
  readonly name: string;
  /** The columns that identify a row in every server. */
  readonly key: readonly string[];
  /** The columns that are shared, including the key. */
  readonly columns: readonly string[];
}

/** The shared tables. A rule has no number of its own here, as each server counts by itself. */
export const SHARED_TABLES: readonly SharedTable[] = [
  { name: "users", key: ["name"], columns: ["name", "role", "secret"] },
  {
    name: "tokens",
    key: ["name"],
    columns: [
      ...["name", "hash", "owner", "paths", "actions", "expires_ms", "once"],
      ...["made_by", "parent"],
    ],
  },
  {
    name: "rules",
    key: ["subject", "effect", "actions", "path", "bytes"],
    columns: ["subject", "effect", "actions", "path", "bytes"],
  },
];

const valueSchema = v.nullable(v.union([v.string(), v.number()]));
const keySchema = v.array(valueSchema);
const rowSchema = v.record(v.string(), valueSchema);

/** The key of a row on the bus. */
export function keyOf({ name, key }: SharedTable, row: Row): string {
  const text = JSON.stringify(key.map((column) => row[column]));
  const bytes = new TextEncoder().encode(text);
  return `${name}.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

/** The table and the key columns of a key; `undefined` if this version does not know it. */
export function parseKey(key: string): { table: SharedTable; row: Row } | undefined {
  const [name, code = ""] = key.split(".");
  const table = SHARED_TABLES.find((one) => one.name === name);
  if (table === undefined) return undefined;
  try {
    const bytes = Uint8Array.fromBase64(code, { alphabet: "base64url" });
    const values = v.parse(keySchema, JSON.parse(new TextDecoder().decode(bytes)));
    if (values.length !== table.key.length) return undefined;
    return { table, row: Object.fromEntries(table.key.map((column, i) => [column, values[i]!])) };
  } catch {
    return undefined;
  }
}

/** The value of a row; `undefined` if it is not one of the table. */
export function parseRow({ columns }: SharedTable, text: string): Row | undefined {
  try {
    const row = v.parse(rowSchema, JSON.parse(text));
    return Object.keys(row).every((column) => columns.includes(column)) ? row : undefined;
  } catch {
    return undefined;
  }
}
