/**
 * A version that got its name again, which can be undone.
 *
 * @module
 */

import type { Api } from "../api.ts";
import type { Undoable } from "../state.ts";
import { versionsOf } from "./version.ts";

/** The restored version of a file. */
export class Restoration implements Undoable {
  readonly count = 1;
  readonly #api: Pick<Api, "restore">;
  readonly #path: string;
  readonly #before: number;
  #undone = false;

  private constructor(api: Pick<Api, "restore">, path: string, before: number) {
    this.#api = api;
    this.#path = path;
    this.#before = before;
  }

  /**
   * Restores a version.
   *
   * @returns `undefined` if the file had nothing that is kept, such as no bytes.
   * @throws {ApiError}
   */
  static async of(
    api: Pick<Api, "restore" | "send">,
    path: string,
    rev: number,
  ): Promise<Restoration | undefined> {
    await api.restore(path, rev);
    const [newest] = await versionsOf(api, path);
    const kept = newest !== undefined && newest.rev > rev && newest.cause === "restored";
    return kept ? new Restoration(api, path, newest.rev) : undefined;
  }

  /** Whether it was not undone yet. */
  get canUndo(): boolean {
    return !this.#undone;
  }

  /** Gives the file the content back that it had before. @throws {ApiError} */
  async undo(): Promise<void> {
    await this.#api.restore(this.#path, this.#before);
    this.#undone = true;
  }
}
