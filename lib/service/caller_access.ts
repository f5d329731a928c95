/**
 * Whether a caller can do something: path rules, permissions and leases together.
 *
 * @module
 */

import { type Action, requirePermission } from "../auth/permission.ts";
import { FtError } from "../base/errors.ts";
import type { HeldLease, TokenLease } from "../storage/held_lease.ts";
import type { CheckOptions, Leases } from "../storage/leases.ts";
import type { Store } from "../storage/store.ts";
import { ROOT, type StorePath, storePath } from "../storage/store_path.ts";
import type { Precondition } from "./files.ts";
import type { ServiceCaller } from "./service_context.ts";

/** The access of one caller. */
export class CallerAccess {
  readonly #caller: ServiceCaller;
  readonly #leases: Leases;

  constructor(caller: ServiceCaller, leases: Leases) {
    this.#caller = caller;
    this.#leases = leases;
  }

  /** Checks a path from a peer, and that the caller has permission. */
  permitted(action: Action, path: string): StorePath {
    const at = storePath(path);
    requirePermission(this.#caller.permission, action, at);
    return at;
  }

  /** Checks a path from a peer, and that the caller can create a folder there now. */
  creatable(path: string): StorePath {
    const at = this.permitted("write", path);
    if (at === ROOT) throw new FtError("usage", "the root is a folder", { name: path });
    this.requireNoLease(at);
    return at;
  }

  /**
   * Checks a path from a peer, and that the caller can write a file, or move something, there now.
   * Either decides which names can exist below, so leases on those are respected, too.
   */
  writable(path: string): StorePath {
    const at = this.creatable(path);
    this.requireNoLease(at, { below: true });
    return at;
  }

  /** Checks that the caller can still write where it was allowed to. */
  requireWritable(at: StorePath): void {
    requirePermission(this.#caller.permission, "write", at);
    this.requireNoLease(at, { below: true });
  }

  /** Checks a path from a peer, and that the caller can read and replace the file there now. */
  changeable(path: string): StorePath {
    const at = this.writable(path);
    for (const action of ["read", "remove"] as const) {
      requirePermission(this.#caller.permission, action, at);
    }
    return at;
  }

  /** @throws `not_allowed` unless the caller has permission for everything in a folder. */
  requireAllIn(action: Action, at: StorePath): void {
    if (this.#caller.permission.allowsBelow(action, at)) return;
    const facts = { name: at, kind: "permission" } as const;
    throw new FtError("not_allowed", `not allowed to ${action} everything in: ${at}`, facts);
  }

  /**
   * Checks that no other caller has a lease.
   *
   * @param options `below`: on nothing below the path either. `entry`: nor on the names in its folder.
   * @throws `conflict`.
   */
  requireNoLease(at: StorePath, options?: Omit<CheckOptions, "mayKnow">): void {
    this.#leases.check(at, this.#caller.holder, { ...options, mayKnow: this.#mayKnow });
  }

  /**
   * Checks that a path can be created: that no other caller leases the names in a folder that gets a
   * new one. Afterwards every lease that other servers have granted is known.
   *
   * @throws `conflict`, as {@linkcode Leases.changes}.
   */
  async requireMayAdd(at: StorePath, store: Pick<Store, "stat">): Promise<void> {
    await this.#leases.changes.fresh();
    for (const name of this.#leases.leasedNames(at)) {
      if (await store.stat(name) === null) this.requireNoLease(name, { entry: true });
    }
  }

  /** Takes a lease. @throws As {@linkcode Leases.acquire}. */
  lease(at: StorePath, ttlMs: number): Promise<HeldLease> {
    const options = { mayKnow: this.#mayKnow };
    const leases = this.#leases;
    return leases.changes.make(() => leases.acquire(at, this.#caller.holder, ttlMs, options));
  }

  /** Takes a lease by token. @throws As {@linkcode Leases.lock}. */
  lock(lease: Omit<HeldLease, "expiresAtMs"> & TokenLease, ttlMs: number): Promise<HeldLease> {
    const options = { mayKnow: this.#mayKnow };
    return this.#leases.changes.make(() => this.#leases.lock(lease, ttlMs, options));
  }

  readonly #mayKnow = (path: StorePath) => this.#caller.permission.allows("list", path);

  /**
   * Checks that the caller may know the result of a precondition: whether a root matches depends on
   * content, which takes permission to read.
   *
   * @throws `not_allowed`.
   */
  requireComparable(at: StorePath, precondition?: Precondition): void {
    if (precondition?.kind === "root") requirePermission(this.#caller.permission, "read", at);
  }

  /** Whether a write can replace a file. Without permission to remove files it cannot. */
  canReplace(at: StorePath, precondition?: Precondition): boolean {
    const asked = precondition !== undefined && precondition.kind !== "absent";
    return asked && this.#caller.permission.allows("remove", at);
  }
}
