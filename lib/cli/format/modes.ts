/**
 * Permission bits as text.
 *
 * @module
 */

/** Permission bits as `ls -l` shows them: `rw-r--r--`. */
export function modeText(mode: number): string {
  return Array.from({ length: 9 }, (_, i) => mode & (0o400 >> i) ? "rwx"[i % 3] : "-").join("");
}
