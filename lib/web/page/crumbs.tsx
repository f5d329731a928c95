/**
 * The folders above the one that is shown.
 *
 * @module
 */

import type { JSX } from "preact";
import { FolderLink } from "./folder_link.tsx";
import type { Part } from "./part.ts";
import { ancestor } from "./place.ts";
import { text } from "./text.ts";

/** The path to the folder, each part of which is a link. */
export function Crumbs({ browser, state: { place } }: Part): JSX.Element {
  return (
    <nav class="crumbs" aria-label={text.folders}>
      <ol>
        {[text.root, ...place.names].map((name, depth, all) => (
          <li key={depth}>
            <FolderLink
              browser={browser}
              place={ancestor(place, depth)}
              current={depth === all.length - 1}
            >
              {name}
            </FolderLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}
