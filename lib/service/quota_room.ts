/**
 * The room in a quota.
 *
 * @module
 */

import type { Quota } from "../auth/permission.ts";
import { FtError } from "../base/errors.ts";
import { formatBytes } from "../base/format_bytes.ts";

/** A quota and its use. */
export interface QuotaRoom {
  readonly quota: Quota;
  /** Bytes below its path. */
  readonly used: number;
}

/** Bytes that fit into a quota, negative if it is exceeded; `Infinity` without one. */
export function freeIn(room: QuotaRoom | undefined): number {
  return room === undefined ? Infinity : room.quota.bytes - room.used;
}

/** Checks that a write fits. @throws `limit`, see {@linkcode overQuota}. */
export function requireRoom(at: string, room: QuotaRoom | undefined, growth: number): void {
  if (room !== undefined && growth > freeIn(room)) throw overQuota(at, room, growth);
}

/**
 * The error for a write that would exceed a quota. It says how much is used only to callers who may
 * see everything that counts.
 *
 * @param asked Bytes by which the write would add to the use.
 */
export function overQuota(at: string, { quota, used }: QuotaRoom, asked: number): FtError {
  const { path, bytes, rule, visible } = quota;
  const limit = `quota of ${formatBytes(bytes)} for ${path === "." ? "everything" : path}`;
  const by = rule === undefined ? "" : ` (rule ${rule})`;
  const use = visible ? `${formatBytes(used)} used, ` : "";
  const message = `over quota: ${at}: ${limit}${by} reached: ${use}${formatBytes(asked)} asked`;
  return new FtError("limit", message, { name: at, retryable: false, kind: "quota" });
}
