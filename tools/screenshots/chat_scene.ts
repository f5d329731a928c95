/**
 * A chat in which people have talked, for pictures of it.
 *
 * @module
 */

import type { Remote } from "../../lib/client/remote/remote.ts";
import { SEATED } from "../../testing/browser/chat_page.ts";
import type { Tab } from "../../testing/browser/tab.ts";
import type { WebServer } from "../../testing/web_server.ts";

/** People in the chat, until the scene is disposed. */
export interface ChatScene extends AsyncDisposable {
  /** Lets them talk to the user of a page. */
  talk(tab: Tab, page: string): Promise<void>;
}

/** Begins a scene: `await using scene = await chatScene(server)`. */
export async function chatScene(server: WebServer): Promise<ChatScene> {
  await using stack = new AsyncDisposableStack();
  const [bo, cleo] = [stack.use(await server.connect()), stack.use(await server.connect())];
  const seats = [await bo.chat.join({ name: "bo" }), await cleo.chat.join({ name: "cleo" })];
  for (const seat of seats) stack.use(seat);
  const owned = stack.move();
  return {
    async talk(tab, page) {
      await tab.has(SEATED);
      await say(tab, bo, "The film of the harbour is here: harbour.mp4");
      await tab.click(SEATED);
      await tab.type("Great, I am watching it now!");
      await tab.press("Enter");
      await tab.has(".message.sent");
      await say(tab, cleo, "I am uploading the photos from my phone.");
      await say(tab, bo, "The key is under the blue pot.", page);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function say(tab: Tab, { chat }: Remote, text: string, to?: string): Promise<void> {
  await chat.say(text, { to });
  await tab.shows(text);
}
