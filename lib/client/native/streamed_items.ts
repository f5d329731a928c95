/**
 * Answers that arrive in many frames.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError } from "../../base/errors.ts";
import type { FrameHandlers } from "../../native/exchange.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { decodeJson } from "../../native/messages.ts";
import { decodeFailure, listedSchema, type Request } from "../../native/schemas.ts";
import type { OnLeftOut } from "../../service/files.ts";
import type { NativeClient } from "./native_client.ts";

/** The content of one windowed frame; consuming it returns its credit. */
interface Arrival<T> {
  readonly value: T;
  readonly cost: number;
}

/**
 * The values of one call's windowed frames, in order. Ending early stops the server.
 *
 * @param decoders Decode the payloads of the frames, by type.
 * @param check Throws if the reply says that something is wrong.
 */
export async function* streamed<T>(
  client: NativeClient,
  request: Request,
  decoders: Record<string, (payload: Uint8Array) => T>,
  signal?: AbortSignal,
  check: (reply: Uint8Array) => void = () => {},
): AsyncGenerator<T> {
  const arrivals = new AsyncQueue<Arrival<T>>();
  const handlers: FrameHandlers = {};
  for (const [type, decode] of Object.entries(decoders)) {
    handlers[type as FrameType] = (payload, _, cost) => {
      arrivals.push({ value: decode(payload), cost });
    };
  }
  const call = await client.call(request, handlers, signal);
  call.reply.then(check).then(() => arrivals.close(), (error) => arrivals.fail(error));
  try {
    for await (const { value, cost } of arrivals) {
      call.exchange.consumed(cost);
      yield value;
    }
  } finally {
    client.cancel(call);
  }
}

/**
 * Checks the reply to a `list`, and reports what was left out.
 *
 * @param count Items that arrived.
 */
export function wholeListing(
  path: string,
  count: () => number,
  onLeftOut: OnLeftOut,
): (reply: Uint8Array) => void {
  return (reply) => {
    const { items = count(), leftOut = [] } = decodeJson(listedSchema, reply, "RPLY");
    for (const failure of leftOut) onLeftOut(failure.name ?? path, decodeFailure(failure));
    if (items === count()) return;
    const message = `the list of ${path} has ${count()} of ${items} names`;
    throw new FtError("integrity", message, { name: path });
  };
}
