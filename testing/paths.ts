/**
 * The few path functions the tools need.
 *
 * @module
 */

export { basename, dirname, isAbsolute, join, relative } from "node:path";
export { fileURLToPath as fromFileUrl } from "node:url";
