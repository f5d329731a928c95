/**
 * The fields by which files and folders are chosen: they are never seen, as buttons open them.
 *
 * @module
 */

import type { JSX } from "preact";
import { filesOf } from "./dropped.ts";
import type { Choosing } from "./item.ts";
import { words } from "./words.ts";

const IDS = { files: "choose-files", folder: "choose-folder", again: "choose-again" } as const;

/** The use of a field: files, a folder, or files that the browser does not have any more. */
export type FieldKind = keyof typeof IDS;

/** Lets the user choose. */
export function choose(kind: FieldKind): void {
  document.getElementById(IDS[kind])?.click();
}

/** A field. */
export function ChooseField(
  { kind, onChoose }: { readonly kind: FieldKind; readonly onChoose: (chosen: Choosing) => void },
): JSX.Element {
  const onChange = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const chosen = filesOf(currentTarget.files ?? []);
    // So that the same file can be chosen once more.
    currentTarget.value = "";
    if (chosen.files.length > 0) onChoose(chosen);
  };
  return (
    <input
      id={IDS[kind]}
      type="file"
      multiple
      hidden
      {...(kind === "folder" && { webkitdirectory: true })}
      aria-label={kind === "folder" ? words.uploadFolder : words.upload}
      onChange={onChange}
    />
  );
}
