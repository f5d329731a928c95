/**
 * Leases as the servers of a cluster exchange them.
 *
 * @module
 */

import * as v from "valibot";
import { FtError } from "../base/errors.ts";
import type { HeldLease } from "../storage/held_lease.ts";
import { storePath } from "../storage/store_path.ts";

const recordSchema = v.object({
  id: v.string(),
  server: v.string(),
  path: v.string(),
  holder: v.object({
    id: v.string(),
    name: v.string(),
    source: v.string(),
    anonymous: v.boolean(),
    admin: v.boolean(),
  }),
  expiresAtMs: v.number(),
  token: v.optional(v.string()),
  shared: v.optional(v.boolean()),
  shallow: v.optional(v.boolean()),
  owner: v.optional(v.string()),
});
const recordsSchema = v.array(recordSchema);

/** A lease, without what only the server of its holder knows. */
export type LeaseRecord = v.InferOutput<typeof recordSchema>;

/** Describes a lease. */
export function recordOf(lease: HeldLease, id: string, server: string): LeaseRecord {
  const { holder, path, expiresAtMs, token, shared, shallow, owner } = lease;
  const { id: holderId, name, source, anonymous } = holder;
  return {
    ...{ id, server, path, expiresAtMs, token, shared, shallow, owner },
    holder: { id: holderId, name, source, anonymous, admin: holder.isAdmin() },
  };
}

/** The lease of another server. That server ends it when its holder may no longer have it. */
export function leaseOf({ path, holder, expiresAtMs, token, ...how }: LeaseRecord): HeldLease {
  const { admin, ...client } = holder;
  return {
    path: storePath(path),
    expiresAtMs,
    ...(token === undefined ? {} : { token, shared: false, shallow: false, ...how }),
    holder: { ...client, isAdmin: () => admin, mayHold: () => true },
  };
}

/** Reads the leases of all servers. @throws `protocol` for a text that no server of ours wrote. */
export function parseRecords(text: string): LeaseRecord[] {
  try {
    return v.parse(recordsSchema, JSON.parse(text));
  } catch (cause) {
    throw new FtError("protocol", "the cluster's leases cannot be read", { cause });
  }
}
