/**
 * The versions of the files of a service, for one caller.
 *
 * @module
 */

import { requirePermission } from "../auth/permission.ts";
import { FtError } from "../base/errors.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { KeptVersion, StoreVersions } from "../storage/store_versions.ts";
import { CallerAccess } from "./caller_access.ts";
import { infoOf } from "./file_info.ts";
import type { CallOptions, FileInfo } from "./files.ts";
import type { DeletedEntry, FileVersion, KeepingVersions, VersionOptions } from "./files.ts";
import { creatingAt } from "./path_changes.ts";
import type { ServiceCaller, ServiceContext } from "./service_context.ts";

/** Returns the versions of a service. @throws `protocol` if it keeps none. */
export function versionsOf({ versions }: Pick<ServiceContext, "versions">): StoreVersions {
  if (versions !== undefined) return versions;
  throw new FtError("protocol", "this server keeps no versions");
}

/** {@linkcode FileVersions} over a store. */
export class ServiceVersions implements KeepingVersions {
  readonly #context: ServiceContext;
  readonly #caller: ServiceCaller;
  readonly #access: CallerAccess;

  constructor(context: ServiceContext, caller: ServiceCaller) {
    this.#context = context;
    this.#caller = caller;
    this.#access = new CallerAccess(caller, context.leases);
  }

  get keeps(): boolean {
    return this.#kept.keeps;
  }

  async of(path: string): Promise<readonly FileVersion[]> {
    return await this.#kept.of(this.#readable(path));
  }

  async *deleted(
    folder: string,
    { recursive = false, signal }: CallOptions & { readonly recursive?: boolean | undefined } = {},
  ): AsyncGenerator<DeletedEntry> {
    const at = this.#access.permitted("list", folder);
    const mayList = ({ path }: { readonly path: StorePath }) => this.#mayRead(path);
    for await (const version of this.#kept.newestIn(at)) {
      signal?.throwIfAborted();
      if (mayList(version) && await this.#isGone(version.path)) yield { type: "file", version };
    }
    for await (const below of this.#kept.foldersIn(at)) {
      signal?.throwIfAborted();
      if (recursive) {
        if (this.#caller.permission.allows("list", below.path)) {
          yield* this.deleted(below.path, { recursive, signal });
        }
      } else if (mayList(below) && await this.#isGone(below.path)) {
        yield { type: "dir", folder: below };
      }
    }
  }

  /** That a name has lost content is a fact about the content. */
  #mayRead(path: StorePath): boolean {
    const { permission } = this.#caller;
    return permission.allows("list", path) && permission.allows("read", path);
  }

  async #isGone(path: StorePath): Promise<boolean> {
    return await this.#context.store.stat(path).catch(() => undefined) === null;
  }

  async restore(path: string, { rev, signal }: VersionOptions = {}): Promise<FileInfo> {
    const at = this.#access.writable(path);
    this.#readable(path);
    const { store, trees, commits, quotas } = this.#context;
    using _tree = await trees.share([at], signal);
    using _alone = await commits.acquire(at, signal);
    const version = await this.#version(at, rev);
    const found = await store.stat(at);
    if (found !== null) requirePermission(this.#caller.permission, "remove", at);
    const { permission, holder } = this.#caller;
    using held = await quotas.lock([at], (path) => permission.quotas(path), signal);
    const lost = { bytes: found?.bytes ?? 0, restored: version };
    const giveBack = await held.take(at, version.bytes - lost.bytes, lost);
    try {
      await this.#access.requireMayAdd(at, store);
      this.#access.writable(at);
      await creatingAt(this.#context, at);
      const entry = await this.#kept.restore(version, found !== null, { by: holder.name });
      return { ...infoOf(entry), ...(version.root !== undefined && { root: version.root }) };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async forget(path: string, { rev, signal }: VersionOptions = {}): Promise<void> {
    const at = this.#readable(path);
    const versions = rev === undefined ? await this.#kept.of(at) : [await this.#version(at, rev)];
    const own = versions.filter((version) => this.#mayForget(version));
    if (versions.length === 0) throw notKept(at, rev);
    if (own.length === 0) {
      const message = `only an admin removes versions for good: ${at}`;
      throw new FtError("not_allowed", message, { name: at, kind: "permission" });
    }
    for (const version of own) {
      signal?.throwIfAborted();
      await this.#kept.forget(version);
    }
  }

  #mayForget({ by }: KeptVersion): boolean {
    const { holder } = this.#caller;
    if (holder.isAdmin()) return true;
    return this.#context.forgetOwn === true && !holder.anonymous && by === holder.name;
  }

  get #kept(): StoreVersions {
    return versionsOf(this.#context);
  }

  #readable(path: string): StorePath {
    this.#access.permitted("list", path);
    return this.#access.permitted("read", path);
  }

  #version(at: StorePath, rev: number | undefined): Promise<KeptVersion> {
    return requireVersion(this.#kept, at, rev);
  }
}

/** Returns a version of a name, or the newest one. @throws `not_found`, also for one of another name. */
export async function requireVersion(
  versions: StoreVersions,
  at: StorePath,
  rev: number | undefined,
): Promise<KeptVersion> {
  const version = rev === undefined ? (await versions.of(at))[0] : await versions.find(at, rev);
  if (version === undefined || version === null) throw notKept(at, rev);
  return version;
}

function notKept(at: StorePath, rev: number | undefined): FtError {
  const which = rev === undefined ? "version" : `version ${rev}`;
  return new FtError("not_found", `no ${which} is kept: ${at}`, { name: at });
}
