/**
 * The page as a whole.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Browser } from "./browser.ts";
import { Crumbs } from "./crumbs.tsx";
import { Dialogs } from "./dialogs.tsx";
import { useKeys } from "./key_commands.ts";
import { Listing } from "./listing.tsx";
import { Preview } from "./preview.tsx";
import { Tools } from "./tools.tsx";
import { User } from "./user.tsx";
import { text } from "./text.ts";
import { UploadPart } from "./upload/upload_part.tsx";
import type { Uploads } from "./upload/uploads.ts";

/** The properties of the page. */
export interface AppProps {
  readonly browser: Browser;
  readonly uploads: Uploads;
}

/** The page. */
export function App({ browser, uploads }: AppProps): JSX.Element {
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
      <UploadPart uploads={uploads} state={state} />
      <Dialogs {...parts} />
    </>
  );
}
