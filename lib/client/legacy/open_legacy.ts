/**
 * Connects to servers with a legacy dialect.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { noChat } from "../remote/remote_chat.ts";
import type { Remote } from "../remote/remote.ts";
import { framedCodec } from "./framed_codec.ts";
import { JsonServer } from "./json_server.ts";
import { LegacyChat } from "./legacy_chat.ts";
import { legacyFiles } from "./legacy_files.ts";
import type { PeerOptions } from "./legacy_peer.ts";
import { noVersions } from "../remote/remote_versions.ts";
import { noShares } from "../remote/no_shares.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";
import { legacyTransfers } from "./legacy_transfers.ts";
import { lineCodec } from "./line_codec.ts";
import { OneshotServer } from "./oneshot_server.ts";
import { PersistentServer } from "./persistent_server.ts";
import { UpdownServer } from "./updown_server.ts";

/**
 * Connects at once if the dialect keeps its connection; otherwise each request connects.
 *
 * @throws `network`, `protocol` for a scheme that is not a legacy dialect.
 */
export async function openLegacy(options: PeerOptions): Promise<Remote> {
  const server = await openServer(options);
  const { dialect } = server;
  const persistent = server instanceof PersistentServer ? server : undefined;
  const closed = new AbortController();
  return {
    files: legacyFiles(server),
    transfers: legacyTransfers(server),
    chat: persistent === undefined ? noChat(dialect) : new LegacyChat(persistent),
    shares: noShares(`the ${dialect} dialect`),
    versions: noVersions(`the ${dialect} dialect`),
    receipt: () => Promise.reject(lacks(dialect, "receipts")),
    dialect,
    signal: persistent?.signal ?? closed.signal,
    ping: () => Promise.reject(lacks(dialect, "pings")),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      closed.abort(new FtError("network", "the connection was closed"));
    },
  };
}

async function openServer(options: PeerOptions): Promise<LegacyServer> {
  const { scheme } = options.endpoint;
  switch (scheme) {
    case "ft+line":
      return await PersistentServer.open(lineCodec, options);
    case "ft+framed":
      return await PersistentServer.open(framedCodec, options);
    case "ft+json":
      return await JsonServer.open(options);
    case "ft+oneshot":
      return new OneshotServer(options);
    case "ft+updown":
      return new UpdownServer(options);
    default:
      throw new FtError("protocol", `${scheme}:// is not a legacy dialect`);
  }
}
