/**
 * The shares of one login: checks its rights, and logs.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import { requireShareable, type Sharing } from "../auth/sharing.ts";
import { FtError } from "../base/errors.ts";
import { SHARE_BURST, SHARES_PER_SECOND } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import type { LoginShares, ShareRequest } from "../dialects/dialect.ts";
import type { Share, SharedName } from "../native/shares.ts";
import type { Files } from "../service/files.ts";
import { storePath } from "../storage/store_path.ts";
import type { SharingRefusal } from "./authenticated.ts";

/** A login that shares. */
export interface SharingLogin {
  /** Its shares, or why it has none. */
  readonly sharing: Sharing | SharingRefusal;
  readonly files: Files;
  readonly permission: Permission;
  /** Whether clients without a login may read a path. */
  isPublic(path: string): boolean;
  readonly log: Logger;
}

const REFUSALS: Readonly<Record<SharingRefusal, string>> = {
  anonymous: "without a login there is nothing that a link could limit or end",
  share: "a share makes no further ones: pass its link on",
  once: "a token for one login makes no shares",
  off: "sharing is switched off on this server",
};

/** The shares of one login. */
export class UserShares implements LoginShares {
  readonly #login: SharingLogin;
  readonly #allowance = new TokenBucket({
    ...{ burst: SHARE_BURST, perSecond: SHARES_PER_SECOND, what: "changes of shares" },
  });

  constructor(login: SharingLogin) {
    this.#login = login;
  }

  async make(request: ShareRequest, signal: AbortSignal): Promise<SharedName> {
    const { files, permission, sharing, log } = this.#login;
    const path = storePath(request.path);
    const { type } = await files.stat(path, { signal });
    requireShareable(permission, { ...request, path });
    const shared = { path, folder: type === "dir", public: this.#login.isPublic(path) };
    if (sharing === "anonymous" && request.ttlMs === undefined && !request.once) return shared;
    const made = this.#changing().make({ ...request, path });
    const { id, once, write, expiresAtMs } = made;
    log.info("share.made", { share: id, name: path, once, write, expiresAtMs });
    return { ...shared, made };
  }

  list(): readonly Share[] {
    return this.#sharing().list();
  }

  revoke(id: string): void {
    const { path, by } = this.#changing().revoke(id);
    this.#login.log.info("share.revoked", { share: id, name: path, by });
  }

  #changing(): Sharing {
    const sharing = this.#sharing();
    this.#allowance.take(performance.now());
    return sharing;
  }

  /** @throws `not_allowed` for a login that makes no shares. */
  #sharing(): Sharing {
    const { sharing } = this.#login;
    if (typeof sharing === "string") throw new FtError("not_allowed", REFUSALS[sharing]);
    return sharing;
  }
}
