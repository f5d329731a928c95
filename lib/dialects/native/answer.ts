/**
 * The shape of what answers a request.
 *
 * @module
 */

import type { Exchange } from "../../native/exchange.ts";
import type { Request, RequestOp } from "../../native/schemas.ts";
import type { Login } from "../dialect.ts";
import type { Shares } from "./connection_budget.ts";
import type { Talk } from "./chat_seat.ts";

/** The request with this op. */
export type RequestOf<Op extends RequestOp> = Extract<Request, { op: Op }>;

/** What belongs to a connection, whoever is logged in. */
export interface Own {
  readonly talk: Talk;
  readonly shares: Shares;
}

/**
 * Answers one request; what it returns is the reply's JSON.
 *
 * @throws What becomes the FAIL frame.
 */
export type Answer<Op extends RequestOp> = (
  request: RequestOf<Op>,
  exchange: Exchange,
  login: Login,
  own: Own,
) => Promise<unknown>;
