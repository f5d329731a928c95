/**
 * Modules of Node that the runtime has, on first use: loading them takes longer than the rest of a
 * short command, or than a round trip in which they can be loaded.
 *
 * @module
 */

import type * as NodeBuffer from "node:buffer";
import type * as NodeCrypto from "node:crypto";
import type * as NodeZlib from "node:zlib";

let crypto: typeof NodeCrypto | undefined;
let zlib: typeof NodeZlib | undefined;
let buffer: typeof NodeBuffer | undefined;

/** Loads `node:crypto` in half the time that its first use would take. */
export async function loadNodeCrypto(): Promise<void> {
  crypto ??= await import("node:crypto");
}

/** Returns the module `node:crypto`. */
export function nodeCrypto(): typeof NodeCrypto {
  return crypto ??= builtin("node:crypto");
}

/** Returns the module `node:zlib`. */
export function nodeZlib(): typeof NodeZlib {
  return zlib ??= builtin("node:zlib");
}

/** Returns the module `node:buffer`. */
export function nodeBuffer(): typeof NodeBuffer {
  return buffer ??= builtin("node:buffer");
}

function builtin<M extends object>(name: string): M {
  // An import of `node:process` would load what this is to avoid.
  // deno-lint-ignore no-process-global
  return process.getBuiltinModule(name) as M;
}
