/**
 * Holders of leases for tests.
 *
 * @module
 */

import type { LeaseHolder } from "../../lib/storage/lease_holder.ts";

/** A user with this name who is not an admin, with changes. */
export function leaseHolder(name: string, changes: Partial<LeaseHolder> = {}): LeaseHolder {
  return {
    ...{ id: name, name, source: name, anonymous: false },
    ...{ isAdmin: () => false, mayHold: () => true },
    ...changes,
  };
}
