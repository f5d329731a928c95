/**
 * Downloads: from names on a server to local files. The connection begins first, and what the transfer
 * needs is loaded while the server answers.
 *
 * @module
 */

import { loadNodeCrypto } from "../../../base/node_builtins.ts";
import type { OpenRemote } from "../../remote/open.ts";
import { OpeningAhead } from "../../remote/opening_ahead.ts";
import type { BatchOutcome, OnTransferEvent } from "../../remote/transfer_events.ts";
import type { GetRequest } from "./get_request.ts";
import { readAhead } from "./read_ahead.ts";

export type { GetRequest } from "./get_request.ts";

/**
 * Downloads files. One that fails does not stop the others.
 *
 * @param open Connects once.
 * @throws An error that ends the whole command: a lost connection, a TLS or protocol error, the
 *   signal's reason.
 */
export async function getFiles(
  open: OpenRemote,
  request: GetRequest,
  onEvent: OnTransferEvent,
  signal?: AbortSignal,
): Promise<BatchOutcome> {
  const ahead = await readAhead(request, signal);
  await using opening = new OpeningAhead(open, { ahead }, () => loadBatch(request));
  const getBatch = await opening.meanwhile;
  // After a lost connection, a part of the file is here.
  return await getBatch(() => opening.open(), request, onEvent, signal);
}

/** A tree may have no file that is not here; a single file is most likely hashed. */
async function loadBatch({ recursive }: GetRequest) {
  const [{ getBatch }] = await Promise.all([
    import("./get_batch.ts"),
    recursive ? undefined : loadNodeCrypto(),
  ]);
  return getBatch;
}
