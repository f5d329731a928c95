/**
 * Links to places: links for the browser's own commands, such as opening a tab; a click stays on the
 * page.
 *
 * @module
 */

import type { ComponentChildren, JSX } from "preact";
import type { Browser } from "./browser.ts";
import { type Place, placeUrl } from "./place.ts";

/** The properties of a link. */
export interface FolderLinkProps {
  readonly browser: Browser;
  readonly place: Place;
  /** Whether it is the folder that is shown. @default false */
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** Whether a click is one for the page, not for a new tab or window. */
export function isOwnClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

/** A link to a folder, or to a file that is shown in it. */
export function FolderLink({ browser, place, current, children }: FolderLinkProps): JSX.Element {
  const onClick = (event: MouseEvent) => {
    if (!isOwnClick(event)) return;
    event.preventDefault();
    void browser.open(place);
  };
  return (
    <a href={placeUrl(place)} onClick={onClick} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}
