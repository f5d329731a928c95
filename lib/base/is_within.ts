/**
 * Which paths a folder contains.
 *
 * @module
 */

/** Whether `path` is `folder` or below it; both are relative to one root, which is `"."`. */
export function isWithin(folder: string, path: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}
