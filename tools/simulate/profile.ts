/**
 * How much users do, and what servers and stores can do: the assumptions of the model.
 *
 * @module
 */

import type { CommandName } from "./commands.ts";

/** Operations of one user on one day. */
export const OPERATIONS_A_DAY: Readonly<Record<CommandName, number>> = {
  ...{ login: 4, putSmall: 5, getSmall: 20, putLarge: 1, getLarge: 2 },
  ...{ putFolder: 0.2, list: 10, listLong: 5, say: 5, lock: 1 },
};

/** The share of a day's operations in its busiest hour. */
export const BUSIEST_HOUR = 0.2;
/** The share of users who are connected then. */
export const CONNECTED = 0.1;
/** The share of users who have a seat in the chat then. */
export const SEATED = 0.02;
/** Seconds for which a lease is held. */
export const LEASE_SECONDS = 60;
/** Bytes that a user has stored. */
export const STORED_BYTES = 1e9;
/** Working days in a month. */
export const DAYS_A_MONTH = 22;

/** The share of a limit that is planned with. */
export const PLANNED_SHARE = 0.6;
/** Bytes per second of the line of a server: 1 Gbit/s. */
export const LINE_BYTES = 125e6;
/** Servers of a cluster at least, so that it survives the loss of one. */
export const LEAST_SERVERS = 3;
/** Users up to whom a single server is meant to do. */
export const SINGLE_SERVER_USERS = 100;

/** Limits that are cited in docs/CAPACITY.md. */
export const CITED = {
  /** Writes and listings per second to one prefix of Amazon S3. */
  storeWrites: 3500,
  /** Reads per second from one prefix. */
  storeReads: 5500,
  /** Writes per second to a KV bucket of NATS. */
  busWrites: 23_733,
};

/** List prices in US dollars, with their sources in docs/CAPACITY.md. */
export const PRICES = {
  /** For a request that writes or lists. */
  write: 0.005 / 1000,
  /** For a request that reads. Removals are free. */
  read: 0.0004 / 1000,
  /** For a GB stored for a month. */
  storedGb: 0.023,
  /** For a GB sent to the internet. */
  sentGb: 0.09,
  /** For an hour of a server with 2 cores and 8 GiB. */
  serverHour: 0.0816,
};
