/**
 * Versions over a native connection.
 *
 * @module
 */

import type { FrameHandler } from "../../native/exchange.ts";
import { protocolError } from "../../base/errors.ts";
import { MAX_VERSIONS } from "../../base/limits.ts";
import { decodeItems } from "../../native/items.ts";
import { emptySchema, fileInfoSchema } from "../../native/schemas.ts";
import { deletedSchema, versionSchema } from "../../native/version_schemas.ts";
import type {
  CallOptions,
  DeletedEntry,
  FileInfo,
  FileVersion,
  VersionOptions,
} from "../../service/files.ts";
import type { Transfers } from "../remote/transfers.ts";
import type { RemoteVersions } from "../remote/remote_versions.ts";
import type { NativeClient } from "./native_client.ts";
import { requirePath } from "./requested_path.ts";
import { streamed } from "./streamed_items.ts";

/** {@linkcode RemoteVersions} over a native connection. */
export class NativeVersions implements RemoteVersions {
  readonly #client: NativeClient;
  readonly #transfers: (rev: number) => Transfers;

  /** @param transfers Creates those of a version. */
  constructor(client: NativeClient, transfers: (rev: number) => Transfers) {
    this.#client = client;
    this.#transfers = transfers;
  }

  async of(path: string, { signal }: CallOptions = {}): Promise<readonly FileVersion[]> {
    const all: FileVersion[] = [];
    const take: FrameHandler = (payload, exchange) => {
      all.push(...decodeItems(versionSchema, payload));
      if (all.length > MAX_VERSIONS) throw protocolError(`more than ${MAX_VERSIONS} versions`);
      exchange.consumed(payload.length);
    };
    const { reply } = await this.#client.call({ op: "versions", path }, { ITEM: take }, signal);
    await reply;
    for (const version of all) requirePath(path, version.path);
    return all;
  }

  async *deleted(
    path: string,
    { recursive, signal }: CallOptions & { readonly recursive?: boolean | undefined } = {},
  ): AsyncGenerator<DeletedEntry> {
    const ITEM = (payload: Uint8Array) => decodeItems(deletedSchema, payload);
    const request = { op: "deleted", path, recursive } as const;
    for await (const entries of streamed(this.#client, request, { ITEM }, signal)) yield* entries;
  }

  async restore(path: string, { rev, signal }: VersionOptions = {}): Promise<FileInfo> {
    const info = await this.#client.ask({ op: "restore", path, rev }, fileInfoSchema, signal);
    requirePath(path, info.path);
    return info;
  }

  async forget(path: string, { rev, signal }: VersionOptions = {}): Promise<void> {
    await this.#client.ask({ op: "forget", path, rev }, emptySchema, signal);
  }

  transfers(rev: number): Transfers {
    return this.#transfers(rev);
  }
}
