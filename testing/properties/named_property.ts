/**
 * A property with a name, and what its checks share.
 *
 * @module
 */

import type fc from "fast-check";
import { FtError } from "../../lib/base/errors.ts";

/** A property with a name. */
export interface NamedProperty {
  readonly name: string;
  readonly property: fc.IProperty<unknown>;
}

/** Names a property. */
export function named(name: string, property: unknown): NamedProperty {
  return { name, property: property as fc.IProperty<unknown> };
}

/** Returns the result of a function, or the code of its refusal; any other error is a defect. */
export function outcome<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof FtError && error.code !== "internal") return error.code;
    throw error;
  }
}
