/**
 * Facts of objects that listings do not have, remembered for the next listing.
 *
 * @module
 */

import { MAX_KNOWN_OBJECTS } from "../base/limits.ts";
import type { ListedObject } from "./bucket.ts";
import type { ObjectFacts } from "./object_facts.ts";

/** An object that a listing shows. */
type Listed = NonNullable<ListedObject["object"]>;

/** The time from which on a change of an object changes what a listing says about it. */
const STEP_MS = 2000;

/** Facts by the name of the object. */
export class KnownFacts {
  readonly #facts = new Map<string, ObjectFacts>();

  /** Returns the facts of the version that a listing shows, if they are known. */
  get(key: string, { bytes, etag, writtenMs }: Listed): ObjectFacts | undefined {
    const known = this.#facts.get(key);
    const same = known?.etag === etag && known.bytes === bytes &&
      known.writtenMs === Math.floor(writtenMs / 1000) * 1000;
    return same ? known : undefined;
  }

  /**
   * Remembers facts, unless the object may still change in the second in which it was written.
   *
   * @param answeredMs When the store answered, by its own clock.
   */
  set(key: string, facts: ObjectFacts, answeredMs: number): void {
    this.#facts.delete(key);
    if (facts.writtenMs === 0 || answeredMs - facts.writtenMs < STEP_MS) return;
    this.#facts.set(key, facts);
    if (this.#facts.size <= MAX_KNOWN_OBJECTS) return;
    for (const oldest of this.#facts.keys()) {
      this.#facts.delete(oldest);
      return;
    }
  }
}
