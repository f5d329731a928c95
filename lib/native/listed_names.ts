/**
 * Listings of names alone, without the facts that a server finds out for each file.
 *
 * @module
 */

import * as v from "valibot";
import type { FileInfo } from "../service/files.ts";
import { decodeItems } from "./items.ts";
import { fileInfoSchema } from "./schemas.ts";

const nameSchema = v.pick(fileInfoSchema, ["path", "type"]);
const NO_FACTS = { bytes: 0, mtimeMs: 0, executable: false, revision: "" };

/** Returns what an item of such a listing has. */
export function nameOf({ path, type }: FileInfo): Pick<FileInfo, "path" | "type"> {
  return { path, type };
}

/**
 * Decodes the items of an ITEM payload, exchange id included. A server that sends infos as ever is
 * understood, too.
 *
 * @throws `protocol`.
 */
export function decodeNames(payload: Uint8Array): FileInfo[] {
  return decodeItems(nameSchema, payload).map((item) => ({ ...NO_FACTS, ...item }));
}
