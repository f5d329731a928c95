/**
 * Sends blocks of an upload that another connection of this client has open.
 *
 * @module
 */

import { protocolError } from "../../base/errors.ts";
import { decodeItems } from "../../native/items.ts";
import { stagedSchema } from "../../native/schemas.ts";
import type { LaneUpload } from "../remote/lanes.ts";
import type { NativeClient } from "./native_client.ts";
import { SentBlocks } from "./sent_blocks.ts";

/** The upload to join. */
export interface JoinRequest {
  readonly path: string;
  readonly token: string;
  readonly compress: boolean;
}

/** Joins an upload; resolves when the server takes blocks. @throws `not_found` if it has ended. */
export async function joinUpload(
  client: NativeClient,
  { path, token, compress }: JoinRequest,
): Promise<LaneUpload> {
  const blocks = new SentBlocks(path, compress);
  const begun = Promise.withResolvers<void>();
  const call = await client.call({ op: "blocks", path, token }, {
    ITEM: (payload, exchange) => {
      exchange.consumed(payload.length);
      const [staged] = decodeItems(stagedSchema, payload);
      if (staged?.token !== token) throw protocolError("another upload was joined");
      exchange.handle({ ACKN: (payload) => blocks.acknowledged(payload) });
      begun.resolve();
    },
  });
  const end = (error: unknown) => {
    begun.reject(error);
    blocks.ended(error);
  };
  call.reply.then(() => end(protocolError("the server ended an upload before its commit")), end);
  await begun.promise;
  return {
    write: (block, options = {}) => blocks.write(call, block, options),
    ready: (options) => blocks.ready(call, options),
    [Symbol.asyncDispose]() {
      client.cancel(call);
      return Promise.resolve();
    },
  };
}
