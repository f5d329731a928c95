/**
 * The JSON with which a server offers further connections to a client.
 *
 * @module
 */

import * as v from "valibot";

/** The reply to `lane`: a ticket, and the number of further connections it may be used for now. */
export const laneSchema = v.object({
  ticket: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/)),
  lanes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
/** The reply to `lane`. */
export type LaneOffer = v.InferOutput<typeof laneSchema>;
