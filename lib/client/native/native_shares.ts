/**
 * Shares over a native connection.
 *
 * @module
 */

import { MAX_SHARES } from "../../base/limits.ts";
import type { FrameHandler } from "../../native/exchange.ts";
import { decodeItems } from "../../native/items.ts";
import { emptySchema } from "../../native/schemas.ts";
import { madeShareSchema, shareSchema } from "../../native/share_schemas.ts";
import type { Share, SharedName } from "../../native/shares.ts";
import type { CallOptions } from "../../service/files.ts";
import { protocolError } from "../../base/errors.ts";
import type { RemoteShares, ShareOptions } from "../remote/remote_shares.ts";
import type { NativeClient } from "./native_client.ts";
import { requirePath } from "./requested_path.ts";

/** An admin sees the shares of many logins. */
const MAX_LISTED = 1000 * MAX_SHARES;

/** {@linkcode RemoteShares} over a native connection. */
export class NativeShares implements RemoteShares {
  readonly #client: NativeClient;

  constructor(client: NativeClient) {
    this.#client = client;
  }

  async make(path: string, { signal, ...options }: ShareOptions = {}): Promise<SharedName> {
    const request = { op: "share", path, ...options } as const;
    const shared = await this.#client.ask(request, madeShareSchema, signal);
    requirePath(path, shared.path);
    return shared;
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Share[]> {
    const all: Share[] = [];
    const take: FrameHandler = (payload, exchange) => {
      all.push(...decodeItems(shareSchema, payload));
      if (all.length > MAX_LISTED) throw protocolError(`more than ${MAX_LISTED} shares`);
      exchange.consumed(payload.length);
    };
    const { reply } = await this.#client.call({ op: "shares" }, { ITEM: take }, signal);
    await reply;
    return all;
  }

  async revoke(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#client.ask({ op: "unshare", id }, emptySchema, signal);
  }
}
