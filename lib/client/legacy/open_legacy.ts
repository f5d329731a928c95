/**
 * A connection to a server that speaks one of the older dialects.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { noChat } from "../remote/remote_chat.ts";
import type { Endpoint } from "../remote/endpoint.ts";
import { LegacyChat } from "./legacy_chat.ts";
import { framedCodec } from "./framed_codec.ts";
import { JsonServer } from "./json_server.ts";
import { lineCodec } from "./line_codec.ts";
import { OneshotServer } from "./oneshot_server.ts";
import type { PeerOptions } from "./legacy_peer.ts";
import { PersistentServer } from "./persistent_server.ts";
import { UpdownServer } from "./updown_server.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";
import { LegacyFiles } from "./legacy_files.ts";
import type { Remote } from "../remote/remote.ts";
import type { RemoteOptions } from "../remote_options.ts";

/**
 * Connects, where the dialect's connection stays; else each request makes its own.
 *
 * @throws `network`, `protocol` for a scheme that is none of these.
 */
export async function openDialect(endpoint: Endpoint, options: RemoteOptions): Promise<Remote> {
  const { timeoutMs, signal, maxRate } = options;
  const more = { ...(signal && { signal }), ...(maxRate && { maxRate }) };
  const plain = await openServer({ endpoint, timeoutMs, ...more });
  const ended = new AbortController();
  return {
    files: new LegacyFiles(plain),
    chat: plain instanceof PersistentServer ? new LegacyChat(plain) : noChat(plain.dialect),
    plain,
    dialect: plain.dialect,
    signal: plain instanceof PersistentServer ? plain.signal : ended.signal,
    ping: () => Promise.reject(lacks(plain.dialect, "pings")),
    [Symbol.asyncDispose]: async () => {
      await plain[Symbol.asyncDispose]();
      ended.abort(new FtError("network", "the connection was closed"));
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
      throw new FtError("protocol", `${scheme}:// is none of the older dialects`);
  }
}
