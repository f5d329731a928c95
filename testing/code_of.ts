/**
 * The outcome of a call by its code.
 *
 * @module
 */

import type { ErrorCode, FtError } from "../lib/base/errors.ts";

/** Returns the code of the error that work ends with, or `done`. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | "done"> {
  try {
    await work;
    return "done";
  } catch (error) {
    return (error as FtError).code;
  }
}
