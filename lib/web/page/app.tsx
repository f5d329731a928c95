/**
 * The page as a whole.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Browser } from "./browser.ts";
import { ChatButton } from "./chat/chat_button.tsx";
import { ChatPane } from "./chat/chat_pane.tsx";
import type { Chat } from "./chat/chat.ts";
import { titleWith } from "./chat/chat_state.ts";
import { Crumbs } from "./crumbs.tsx";
import { Dialogs } from "./dialogs.tsx";
import { useKeys } from "./key_commands.ts";
import type { Live } from "./events/live.ts";
import { Listing } from "./listing.tsx";
import { Notice } from "./notice.tsx";
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
  readonly chat: Chat;
  readonly live: Live;
}

/** The page. */
export function App({ browser, uploads, chat, live }: AppProps): JSX.Element {
  const [state, show] = useState(browser.state);
  const [said, showSaid] = useState(chat.state);
  // At once, so that nothing happens between the drawing and the listening.
  useLayoutEffect(() => browser.watch(show), [browser]);
  useLayoutEffect(() => chat.watch(showSaid), [chat]);
  useKeys(browser);
  const title = titleWith(said.unread, state.place.names.at(-1) ?? text.root);
  const chats = state.place.base === "/files/";
  const chatPart = { chat, state: said };
  useEffect(() => {
    document.title = title;
  }, [title]);
  const parts = { browser, state };
  return (
    <>
      <header class="top">
        <Crumbs {...parts} />
        {chats && <ChatButton {...chatPart} />}
        <User {...parts} />
      </header>
      <Tools {...parts} />
      <main>
        <Listing {...parts} />
      </main>
      {chats && said.isOpen && (
        <ChatPane
          {...chatPart}
          onConnect={() => live.wake()}
          onJoin={() => live.joinAgain()}
        />
      )}
      <p class="spoken" aria-live="polite">{said.spoken}</p>
      <Notice {...parts} />
      <Preview {...parts} />
      <UploadPart uploads={uploads} state={state} />
      <Dialogs {...parts} />
    </>
  );
}
