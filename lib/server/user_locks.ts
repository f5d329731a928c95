/**
 * The locks by token of one login: checks its rights, and reports what is done.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { FtError, hasCode } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type {
  LockedFiles,
  LockRequest,
  LoginLock,
  LoginLocks,
  OwnLock,
} from "../dialects/login_locks.ts";
import { CallerAccess } from "../service/caller_access.ts";
import { ServiceProperties } from "../service/file_properties.ts";
import { FileService } from "../service/file_service.ts";
import { LoggedFiles } from "../service/logged_files.ts";
import { reportRefusal } from "../service/logged_refusal.ts";
import type { ServiceCaller, ServiceContext } from "../service/service_context.ts";
import type { TransferAudience } from "../service/transfer_track.ts";
import { type HeldLease, mayKnowToken } from "../storage/held_lease.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";
import { storePath } from "../storage/store_path.ts";

/** The locks of one login. */
export class UserLocks implements LoginLocks {
  readonly #service: ServiceContext;
  readonly #caller: ServiceCaller;
  readonly #access: CallerAccess;
  readonly #audience: TransferAudience;

  constructor(service: ServiceContext, caller: ServiceCaller, audience: TransferAudience) {
    this.#service = service;
    this.#caller = caller;
    this.#access = new CallerAccess(caller, service.leases);
    this.#audience = audience;
  }

  take({ path, ttlMs, ...how }: LockRequest): Promise<OwnLock> {
    return this.#reported("lock", path, async () => {
      const access = this.#access;
      const at = access.permitted("write", path);
      access.requireAllIn("write", at);
      const token = `urn:uuid:${randomUUID()}`;
      const holder = lasting(this.#caller.holder, token);
      const lease = await access.lock({ path: at, holder, token, ...how }, ttlMs);
      return this.#own(lease, token);
    });
  }

  async renew(path: string, token: string, ttlMs: number): Promise<OwnLock | null> {
    const { leases } = this.#service;
    const at = storePath(path);
    const who = this.#sending([token]);
    const lease = await leases.changes.make(() => leases.renew(at, token, who, ttlMs));
    return lease && this.#own(lease, token);
  }

  release(path: string, token: string): Promise<void> {
    const { leases } = this.#service;
    return this.#reported("unlock", path, async () => {
      const at = storePath(path);
      const { holder } = this.#caller;
      if (await leases.changes.make(() => leases.unlock(at, token, holder))) return;
      throw new FtError("not_found", `no lock with this token: ${path}`, { name: path });
    });
  }

  on(path: string): readonly LoginLock[] {
    const at = this.#access.permitted("list", path);
    return this.#service.leases.allCovering(at).map((lease) => this.#shown(lease));
  }

  has(path: string, token: string): boolean {
    try {
      const all = this.#service.leases.allCovering(storePath(path));
      return all.some((lease) => lease.token === token);
    } catch (error) {
      // A path that cannot be one has no lock.
      if (hasCode(error, "not_allowed") || hasCode(error, "limit")) return false;
      throw error;
    }
  }

  with(tokens: Iterable<string>): LockedFiles {
    const caller = { ...this.#caller, holder: this.#sending(tokens) };
    return {
      files: new LoggedFiles(new FileService(this.#service, caller), this.#audience),
      properties: new ServiceProperties(this.#service, caller),
    };
  }

  #sending(tokens: Iterable<string>): LeaseHolder {
    return { ...this.#caller.holder, tokens: new Set(tokens) };
  }

  #own(lease: HeldLease, token: string): OwnLock {
    return { ...this.#shown(lease), token };
  }

  #shown(lease: HeldLease): LoginLock {
    const { path, holder, shared = false, shallow = false, owner, token } = lease;
    const leftMs = this.#service.leases.leftMs(lease);
    const known = mayKnowToken(lease, this.#caller.holder) ? token : undefined;
    return { path, holder: holder.name, leftMs, shared, shallow, owner, token: known };
  }

  async #reported<T>(op: "lock" | "unlock", path: string, act: () => Promise<T>): Promise<T> {
    try {
      const result = await act();
      this.#audience.observe?.({ op, name: storePath(path), result: "done" });
      return result;
    } catch (error) {
      reportRefusal({ op, name: path, error: asFtError(error) }, this.#audience);
      throw error;
    }
  }
}

/**
 * The holder of a new lock. An anonymous client has many connections, and nothing but the token to
 * recognise it by.
 */
function lasting(holder: LeaseHolder, token: string): LeaseHolder {
  return holder.anonymous ? { ...holder, id: token, connection: undefined } : holder;
}
