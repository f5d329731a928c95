/**
 * Extracts release notes from the changelog.
 *
 * @module
 */

/**
 * Returns the section of a version.
 *
 * @throws {Error} If the changelog has no section for that version, or an empty one.
 *
 * @example
 * ```ts
 * import { releaseNotes } from "./notes.ts";
 *
 * const changelog = "# Changelog\n\n## [1.2.0] - 2026-01-31\n\n- It works.\n\n## [1.1.0]\n\n- Old.\n";
 * if (releaseNotes(changelog, "1.2.0") !== "- It works.\n") throw new Error();
 * ```
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md has no text for ${version}`);
  return `${notes}\n`;
}
