/**
 * Icons: strokes on a grid of 24.
 *
 * @module
 */

import type { JSX } from "preact";
import type { Entry } from "./entry.ts";
import { kindOf } from "./kinds.ts";

const PATHS = {
  folder: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  text: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  image: "M4 5h16v14H4zM8 10a1 1 0 1 0 0-.1M5 18l5-5 3 3 3-3 3 3",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  audio: "M9 17V5l10-2v12M9 17a3 2.5 0 1 1-3-2.5 3 2.5 0 0 1 3 2.5M19 15a3 2.5 0 1 1-3-2.5",
  pdf: "M6 3h8l4 4v14H6zM14 3v4h4M9 17c2-2 3-5 3-6s-1 0 0 2 3 3 4 3",
  archive: "M5 4h14v16H5zM11 4v2M13 6v2M11 8v2M13 10v2M11 13h2v3h-2z",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  download: "M12 4v11M7 10l5 5 5-5M5 20h14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  rename: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  move:
    "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM9 13h6M12 10l3 3-3 3",
  share: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  upload: "M12 16V4M7 9l5-5 5 5M5 20h14",
  uploadFolder:
    "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 17v-6M9 14l3-3 3 3",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  again: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  down: "M6 9l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  up: "M12 20V5M6 11l6-6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c1-4 4-5 7-5s6 1 7 5",
  bubble: "M4 5h16v11H10l-5 4v-4H4z",
  send: "M4 12l16-8-5 16-4-6zM11 14l9-10",
  versions: "M4 12a8 8 0 1 1 2.5 5.8M4 12l-2-2M4 12l2.5-2M12 8v4l3 2",
  keys: "M3 7h18v10H3zM7 11h.1M11 11h.1M15 11h.1M8 14h8",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon, which says nothing to programs that read the page. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The icon of an entry. */
export function EntryIcon({ entry }: { readonly entry: Entry }): JSX.Element {
  return <Icon name={entry.type === "dir" ? "folder" : kindOf(entry.name)} />;
}
