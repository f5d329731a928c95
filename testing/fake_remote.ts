/**
 * A connection to no server, for code that takes a `Remote`.
 *
 * @module
 */

import { FtError } from "../lib/base/errors.ts";
import type { Remote } from "../lib/client/remote/remote.ts";
import { noChat } from "../lib/client/remote/remote_chat.ts";
import { noShares } from "../lib/client/remote/no_shares.ts";
import { noVersions } from "../lib/client/remote/remote_versions.ts";
import { blockTransfers } from "../lib/client/transfer/block_transfers.ts";
import type { Files } from "../lib/service/files.ts";

/** Returns a remote that has these members, a ping of 0.25 ms, and neither files nor a chat. */
export function fakeRemote(members: Partial<Remote> = {}): Remote {
  const { files = {} as Files } = members;
  return {
    files,
    transfers: blockTransfers(files, { roots: false }),
    chat: noChat("fake"),
    shares: noShares("fake"),
    versions: noVersions("fake"),
    receipt: () => Promise.reject(new FtError("protocol", "it signs no receipts")),
    dialect: "native",
    signal: new AbortController().signal,
    ping: () => Promise.resolve(0.25),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...members,
  };
}
