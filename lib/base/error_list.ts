/**
 * The errors of single entries of a tree: the first ones are kept, the rest are counted.
 *
 * @module
 */

import { FtError } from "./errors.ts";
import { MAX_NAMED_ERROR_BYTES, MAX_NAMED_ERRORS } from "./limits.ts";

const utf8 = new TextEncoder();

/** Approximate bytes of an error in JSON, beside its message and name. */
const FIXED_BYTES = 128;

/** Collects errors up to a bound, so that all of them fit into one message to a peer. */
export class ErrorList {
  readonly #errors: FtError[] = [];
  #room = MAX_NAMED_ERROR_BYTES;
  #more = 0;

  /** Adds an error. A `partial` one stands for its parts. */
  add(error: FtError): void {
    if (error.parts.length > 0) {
      for (const part of error.parts) this.add(part);
      return;
    }
    this.#room -= this.#more > 0 ? 0 : jsonBytes(error);
    if (this.#errors.length < MAX_NAMED_ERRORS && this.#room >= 0) this.#errors.push(error);
    else this.#more++;
  }

  /** How many errors were added. */
  get size(): number {
    return this.#errors.length + this.#more;
  }

  /** The errors that were kept; if there were more, the last one says how many. */
  get errors(): readonly FtError[] {
    if (this.#more === 0) return this.#errors;
    return [...this.#errors, new FtError("partial", `and ${this.#more} more`)];
  }
}

function jsonBytes({ message, subject = "" }: FtError): number {
  return utf8.encode(JSON.stringify(message + subject)).length + FIXED_BYTES;
}
