/**
 * The runtime's module of cryptography, on first use: loading it takes longer than the rest of a short
 * command.
 *
 * @module
 */

import type * as Crypto from "node:crypto";
import process from "node:process";

let loaded: typeof Crypto | undefined;

/** Returns the module `node:crypto`. */
export function nodeCrypto(): typeof Crypto {
  return loaded ??= process.getBuiltinModule("node:crypto");
}
