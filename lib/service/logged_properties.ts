/**
 * Logs changes of properties.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { storePath } from "../storage/store_path.ts";
import type { FileProperties, PropertyChange, Room, StoredProperty } from "./file_properties.ts";
import type { CallOptions } from "./files.ts";
import { reportRefusal } from "./logged_refusal.ts";
import type { TransferAudience } from "./transfer_track.ts";

/** {@linkcode FileProperties} whose changes are logged, as those of files are. */
export class LoggedProperties implements FileProperties {
  readonly #properties: FileProperties;
  readonly #audience: TransferAudience;

  constructor(properties: FileProperties, audience: TransferAudience) {
    this.#properties = properties;
    this.#audience = audience;
  }

  of(path: string): readonly StoredProperty[] {
    return this.#properties.of(path);
  }

  ofMany(folder: string, paths: readonly string[]): ReadonlyMap<string, readonly StoredProperty[]> {
    return this.#properties.ofMany(folder, paths);
  }

  async change(
    path: string,
    changes: readonly PropertyChange[],
    options?: CallOptions,
  ): Promise<void> {
    try {
      await this.#properties.change(path, changes, options);
    } catch (error) {
      reportRefusal({ op: "change", name: path, error: asFtError(error) }, this.#audience);
      throw error;
    }
    const { log, observe } = this.#audience;
    const name = storePath(path);
    log.info("properties.changed", { name, properties: changes.length });
    observe?.({ op: "change", name, result: "done" });
  }

  copy(from: string, to: string): void {
    this.#properties.copy(from, to);
  }

  room(folder: string, options?: CallOptions): Promise<Room | undefined> {
    return this.#properties.room(folder, options);
  }
}
