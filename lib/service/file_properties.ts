/**
 * Properties of files and folders that clients set, and those of a folder's quota.
 *
 * @module
 */

import { FtError, hasCode, notFound } from "../base/errors.ts";
import { type Permission, requirePermission } from "../auth/permission.ts";
import type { PropertyChange, StoredProperty } from "../storage/property_table.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";
import { CallerAccess } from "./caller_access.ts";
import type { CallOptions } from "./files.ts";
import { freeIn } from "./quota_room.ts";
import type { ServiceCaller, ServiceContext } from "./service_context.ts";

export type { PropertyChange, StoredProperty };

/** The room in a folder. */
export interface Room {
  /** Bytes of everything that counts. */
  readonly usedBytes: number;
  /** Bytes that may be added. */
  readonly freeBytes: number;
}

/** Properties, for one caller. */
export interface FileProperties {
  /** Returns the properties of a file or folder; none without permission to read it. */
  of(path: string): readonly StoredProperty[];
  /** Returns those of files and folders directly in a folder, by path, for each that has any. */
  ofMany(folder: string, paths: readonly string[]): ReadonlyMap<string, readonly StoredProperty[]>;
  /**
   * Changes properties of a file or folder, all or none. It needs permission to write, for a file also
   * to read and remove it.
   *
   * @throws `not_found`, `not_allowed`, `conflict` for a lock of another user, `limit`, `disk_full`.
   */
  change(path: string, changes: readonly PropertyChange[], options?: CallOptions): Promise<void>;
  /**
   * Gives a copy the properties of its source, and no others; none without permission to read it.
   *
   * @throws `not_allowed` without permission to write the copy.
   */
  copy(from: string, to: string): void;
  /** Returns the room in a quota of the caller; `undefined` if there is none it may know about. */
  room(folder: string, options?: CallOptions): Promise<Room | undefined>;
}

/** {@linkcode FileProperties} of the files of a service. */
export class ServiceProperties implements FileProperties {
  readonly #context: Pick<ServiceContext, "properties" | "quotas" | "store" | "trees">;
  readonly #permission: Permission;
  readonly #access: CallerAccess;

  constructor(context: ServiceContext, caller: ServiceCaller) {
    this.#context = context;
    this.#permission = caller.permission;
    this.#access = new CallerAccess(caller, context.leases);
  }

  of(path: string): readonly StoredProperty[] {
    const at = storePath(path);
    if (!this.#permission.allows("read", at)) return [];
    return this.#context.properties.of(at);
  }

  ofMany(folder: string, paths: readonly string[]): Map<string, readonly StoredProperty[]> {
    const at = storePath(folder);
    const readable = this.#permission.allowsBelow("read", at)
      ? paths
      : paths.filter((path) => this.#permission.allows("read", path));
    return this.#context.properties.ofMany(at, readable.map(storePath));
  }

  async change(
    path: string,
    changes: readonly PropertyChange[],
    { signal }: CallOptions = {},
  ): Promise<void> {
    const at = this.#access.permitted("write", path);
    using _tree = await this.#context.trees.share([at], signal);
    const entry = await this.#context.store.stat(at);
    if (entry === null) throw notFound(path);
    if (entry.type === "file") this.#access.changeable(path);
    else this.#access.requireWritable(at);
    ownErrors(at, () => this.#context.properties.change(at, changes));
  }

  copy(from: string, to: string): void {
    const source = storePath(from);
    const target = this.#access.permitted("write", to);
    if (!this.#permission.allows("read", source)) return;
    ownErrors(target, () => this.#context.properties.copy(source, target));
  }

  async room(folder: string, { signal }: CallOptions = {}): Promise<Room | undefined> {
    const at = storePath(folder);
    requirePermission(this.#permission, "list", at);
    const quotas = this.#permission.quotas(at).filter(({ visible }) => visible);
    const room = await this.#context.quotas.tightest(quotas, signal);
    if (room === undefined) return undefined;
    return { usedBytes: room.used, freeBytes: Math.max(0, freeIn(room)) };
  }
}

/** The database names its file in errors, which is nothing for clients to know. */
function ownErrors<T>(at: StorePath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FtError && error.subject === at) throw error;
    const code = hasCode(error, "disk_full") ? "disk_full" : "internal";
    throw new FtError(code, `its properties cannot be stored: ${at}`, { name: at, cause: error });
  }
}
