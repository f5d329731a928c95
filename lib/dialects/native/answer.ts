/**
 * The type of the functions that answer requests.
 *
 * @module
 */

import type { Exchange } from "../../native/exchange.ts";
import type { Request, RequestOp } from "../../native/schemas.ts";
import type { LaneOffer, Login } from "../dialect.ts";
import type { ConnectionBudget } from "./connection_budget.ts";
import type { ConnectionSeat } from "./connection_seat.ts";
import type { OpenUploads } from "./open_uploads.ts";

/** The request with this `op`. */
export type RequestOf<Op extends RequestOp> = Extract<Request, { op: Op }>;

/** The context of a connection, independent of the login. */
export interface ConnectionContext {
  readonly seat: ConnectionSeat;
  readonly budget: ConnectionBudget;
  /** The uploads that the client has open. */
  readonly uploads: OpenUploads;
  /** Offers further connections to the client. @throws `limit` if this server has none. */
  readonly offer: () => LaneOffer;
  /** Whether the client handles names with backslashes and control characters. */
  readonly unsafeNames: boolean;
}

/**
 * Answers one request.
 *
 * @returns The JSON of the reply.
 * @throws The error for the FAIL frame.
 */
export type Answer<Op extends RequestOp> = (
  request: RequestOf<Op>,
  exchange: Exchange,
  login: Login,
  context: ConnectionContext,
) => Promise<unknown>;
