/**
 * The page as a whole.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Crumbs } from "./crumbs.tsx";
import { Dialogs } from "./dialogs.tsx";
import { useKeys } from "./key_commands.ts";
import { Listing } from "./listing.tsx";
import type { Part } from "./part.ts";
import { Preview } from "./preview.tsx";
import { Tools } from "./tools.tsx";
import { User } from "./user.tsx";
import { text } from "./text.ts";

/** The page. */
export function App({ browser }: Pick<Part, "browser">): JSX.Element {
  const [state, show] = useState(browser.state);
  // At once, so that nothing happens between the drawing and the listening.
  useLayoutEffect(() => browser.watch(show), [browser]);
  useKeys(browser);
  const title = state.place.names.at(-1) ?? text.root;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const parts = { browser, state };
  return (
    <>
      <header class="top">
        <Crumbs {...parts} />
        <User {...parts} />
      </header>
      <Tools {...parts} />
      <main>
        <Listing {...parts} />
      </main>
      <p class="notice" role="status" aria-live="polite">{state.notice}</p>
      <Preview {...parts} />
      <Dialogs {...parts} />
    </>
  );
}
