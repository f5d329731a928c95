/**
 * Values that a browser remembers for this site, where it allows that.
 *
 * @module
 */

/** The part of a browser's storage that is used. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

/** A value in a storage, under a name. */
export class Stored<T extends object> {
  readonly #storage: () => Storage;
  readonly #name: string;

  /** @param storage Returns the storage; it may throw, as it does where storing is forbidden. */
  constructor(storage: () => Storage, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  /** Returns the value; empty if there is none. */
  read(): Partial<T> {
    try {
      const value: unknown = JSON.parse(this.#storage().getItem(this.#name) ?? "{}");
      return typeof value === "object" && value !== null ? value : {};
    } catch {
      return {};
    }
  }

  /** Changes a part of the value. A browser that is full or does not allow it remembers nothing. */
  write(part: Partial<T>): void {
    try {
      const text = JSON.stringify({ ...this.read(), ...part });
      this.#storage().setItem(this.#name, text);
    } catch {
      // The page works without.
    }
  }

  /** Returns the value, and forgets it. */
  take(): Partial<T> {
    const value = this.read();
    try {
      this.#storage().removeItem(this.#name);
    } catch {
      // There was none.
    }
    return value;
  }
}
