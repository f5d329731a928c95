/**
 * How leases are changed, so that other servers with the same files respect them.
 *
 * @module
 */

/** The way of a change of leases to all servers that serve the same files. */
export interface LeaseChanges {
  /**
   * Brings in what other servers have changed.
   *
   * @throws `network` (retryable) if they cannot be asked; a write has to wait then.
   */
  fresh(): Promise<void>;
  /**
   * Makes a change on the newest leases of all servers.
   *
   * @param change Does nothing but change leases: it runs again if another server was first.
   * @returns When all servers respect it.
   * @throws What `change` throws; as {@linkcode fresh}.
   */
  make<T>(change: () => T): Promise<T>;
}

/** The changes of a server that alone serves its files. */
export const OWN_LEASES: LeaseChanges = {
  fresh: () => Promise.resolve(),
  make: (change) => Promise.try(change),
};
