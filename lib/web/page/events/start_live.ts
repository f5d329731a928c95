/**
 * Begins to follow what happens on the server, with the means of the browser.
 *
 * @module
 */

import type { Browser } from "../browser.ts";
import { Chat } from "../chat/chat.ts";
import type { Remembered } from "../chat/chat_memory.ts";
import { sendChat } from "../chat/send_chat.ts";
import { Stored } from "../stored.ts";
import { Live, type LiveSnapshot } from "./live.ts";

/** The width at which the chat fits beside the list. */
const WIDE = "(min-width: 60rem)";

/** Begins, as long as the page is there. */
export function startLive(browser: Browser): { readonly chat: Chat; readonly live: Live } {
  const memory = new Stored<Remembered>(() => localStorage, "chat");
  const chat = new Chat(sendChat(browser.api), memory, matchMedia(WIDE).matches);
  const isVisible = () => document.visibilityState === "visible";
  const reload = new Stored<LiveSnapshot>(() => sessionStorage, "live");
  const pages = new BroadcastChannel("live");
  const live = new Live(browser, chat, reload, (id) => pages.postMessage(id), isVisible);
  pages.onmessage = ({ data }) => live.hear(String(data));
  addEventListener("visibilitychange", () => live.isSeen(isVisible()), { capture: true });
  addEventListener("online", () => live.wake());
  addEventListener("pagehide", () => live.leavePage());
  addEventListener("pageshow", ({ persisted }) => persisted && live.returnToPage());
  chat.isSeen(isVisible());
  live.start();
  return { chat, live };
}
