/**
 * The knowledge of the service about paths, when the files at them change.
 *
 * @module
 */

import type { StorePath } from "../storage/store_path.ts";
import type { ServiceContext } from "./service_context.ts";

/** A file or folder was removed. */
export function removedAt(
  { cache, leases, quotas, properties }: Pick<
    ServiceContext,
    "cache" | "leases" | "quotas" | "properties"
  >,
  at: StorePath,
): void {
  leases.forgetSoon(at);
  cache.forget(at);
  quotas.forget(at);
  properties.forget(at);
}

/**
 * A file or folder is about to be created, or content to be replaced. A new one does not get the
 * properties of one that another program has removed.
 */
export async function creatingAt(
  { store, properties }: Pick<ServiceContext, "store" | "properties">,
  at: StorePath,
): Promise<void> {
  if (properties.used && await store.stat(at) === null) properties.forget(at);
}
